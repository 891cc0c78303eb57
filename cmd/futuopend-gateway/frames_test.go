package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What the wire promises is held by conversations with the release at commit b9c8d98, kept in testdata/frames as they
// were had: the same clients say the same to today's gateway, and must understand its answers as they did those.
//
//	go test ./cmd/futuopend-gateway -run TestClientsOf -record GATEWAY   has them anew with a program of that commit
var recordWith = flag.String("record", "", "a `gateway` to have the conversations with, in place of those that are kept")

// turn is one thing that a client says, and the frame that ends the turn on that connection.
type turn struct {
	on   string // v1, v2, or http
	says string // a frame, "connect", or a method, a path and a body; empty: nothing; seen: nothing, and the frame may have come before
	till string // a text in the frame that is waited for; empty: none comes
}

// seen waits for what the gateway tells whenever it comes to know it, so that what is said next is said to the same state.
const seen = "seen"

// conversations are had by name of the file that keeps them.
var conversations = []struct {
	name     string
	scenario []string
	turns    []turn
}{
	{"sms", []string{"-scenario=sms"}, []turn{
		{"v1", "connect", "REQUEST_CODE"},
		{"v1", `{"type":"STATUS"}`, `"STATUS"`},
		{"v1", `{"type":"VERIFY_CODE","code":"12"}`, "ERROR"},
		{"v1", `{"type":"VERIFY_CODE","code":123456}`, "ERROR"},
		{"v1", `{"type":"VERIFY_CODE"}`, "ERROR"},
		{"v1", `{"type":"RESTART"}`, "ERROR"},
		{"v1", `no frame`, "ERROR"},
		{"v1", `{"type":"INIT"}`, ""},
		{"v1", `{"type":"VERIFY_CODE","code":"000000"}`, "REQUEST_CODE"},
		{"v1", `{"type":"VERIFY_CODE","code":"314159"}`, "CONNECTED"},
		{"v1", `{"type":"STATUS"}`, `"STATUS"`},
		{"v1", `{"type":"INIT"}`, ""},
		{"v1", `{"type":"VERIFY_CODE","code":"314159"}`, "ERROR"},
	}},
	{"sms-2", []string{"-scenario=sms"}, []turn{
		{"v1", "connect", "REQUEST_CODE"},
		{"v2", "connect", `"awaiting_code"`},
		{"v2", `{"type":"STATUS","id":1}`, `"id":1`},
		{"v2", `{"type":"SUBSCRIBE","after":0,"id":"s"}`, `"id":"s"`},
		{"v2", `{"type":"VERIFY_CODE","code":"12","id":2}`, `"id":2`},
		{"v2", `{"type":"NOTHING","id":3}`, `"id":3`},
		{"v2", `{"type":"VERIFY_CAPTCHA","answer":"K7QX","id":4}`, `"id":4`},
		{"v2", seen, "code_sent"},
		{"v2", `{"type":"RESEND_CODE","id":5}`, `"id":5`},
		{"v2", `{"type":"VERIFY_CODE","code":"000000","id":6}`, "CODE_RESULT"},
		{"v1", "", "REQUEST_CODE"},
		{"v2", `{"type":"VERIFY_CODE","code":"314159","id":7}`, `"result":"accepted"`},
		{"v2", "", `"state":"connected"`},
		{"v1", "", "CONNECTED"},
		{"v2", seen, "data_ready"},
		{"v2", `{"type":"LINES","id":8}`, `"id":8`},
		{"v2", `{"type":"STOP","id":9}`, `"id":9`},
		{"v2", seen, `"kind":"stop"`},
		{"v1", "", "CLOSED"},
		{"v2", `{"type":"STOP","id":10}`, `"id":10`},
		{"v1", `{"type":"STATUS"}`, `"STATUS"`},
	}},
	{"captcha", []string{"-scenario=captcha"}, []turn{
		{"v1", "connect", "REQUEST_CAPTCHA"},
		{"v2", "connect", `"awaiting_captcha"`},
		{"v1", `{"type":"VERIFY_CODE","code":"314159"}`, ""}, // no SMS is wanted yet: it is held, and nothing is said
		{"v1", `{"type":"STATUS"}`, `"STATUS"`},
		{"v2", `{"type":"VERIFY_CAPTCHA","answer":"???","id":1}`, `"id":1`},
		{"v2", `{"type":"VERIFY_CAPTCHA","answer":"AAAA","id":2}`, `"result":"rejected"`},
		{"v1", "", "REQUEST_CAPTCHA"},
		{"v2", `{"type":"VERIFY_CAPTCHA","answer":"K7QX","id":3}`, `"result":"accepted"`},
		{"v2", "", `"state":"connected"`},
		{"v2", `{"type":"NOTHING","id":4}`, `"id":4`}, // so that the answer before it has come
	}},
	{"halted", []string{"-scenario=wrong-password"}, []turn{
		{"v1", "connect", "HALTED"},
		{"v1", `{"type":"STATUS"}`, `"STATUS"`},
		{"v2", "connect", `"halted"`},
		{"v2", `{"type":"RESEND_CODE","id":1}`, `"id":1`},
		{"v1", `{"type":"VERIFY_CODE","code":"314159"}`, ""}, // it is held for a start, and nothing is said
		{"v1", `{"type":"STATUS"}`, `"STATUS"`},
	}},
	{"http", []string{"-scenario=sms"}, []turn{
		{"v1", "connect", "REQUEST_CODE"},
		{"http", "GET /livez", ""},
		{"http", "GET /readyz", ""},
		{"http", "GET /status", ""},
		{"http", "GET /lines", ""},
		{"http", "GET /nothing", ""},
		{"http", "GET /captcha.png", ""},
		{"http", `POST /code {"code":"12"}`, ""},
		{"http", `POST /code {"code":1}`, ""},
		{"http", `POST /code nothing`, ""},
		{"http", `POST /captcha {"answer":"K7QX"}`, ""},
		{"http", `POST /code {"code":"314159"}`, ""},
		{"v1", "", "CONNECTED"},
		{"http", "GET /events?after=0", ""},
		{"http", `POST /code {"code":"314159"}`, ""},
		{"http", `POST /init`, ""},
		{"http", `POST /stop`, ""},
	}},
}

func TestClientsOfTheReleaseAtB9c8d98UnderstandTodaysGateway(t *testing.T) {
	for _, c := range conversations {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			kept := filepath.Join("testdata", "frames", c.name+".txt")
			p := prepare(t, nil, "FUTU_CMD="+script(t, c.scenario...), "SERVER_ORIGINS=")
			if *recordWith != "" {
				p = prepare(t, nil, "FUTU_CMD="+scriptOf(t, *recordWith, c.scenario...))
				p.Cmd.Path, p.Cmd.Args[0] = *recordWith, *recordWith
			}
			p.start()
			said := &conversation{p: p, wires: map[string]wire{}}
			for _, turn := range c.turns {
				said.take(t, turn)
			}
			if *recordWith != "" {
				if err := os.WriteFile(kept, []byte(strings.Join(said.lines, "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			text, err := os.ReadFile(kept)
			if err != nil {
				t.Fatalf("%v: -record makes it, with a gateway of commit b9c8d98", err)
			}
			understood(t, strings.Split(strings.TrimSpace(string(text)), "\n"), said.lines)
			if t.Failed() {
				t.Logf("today:\n%s", strings.Join(said.lines, "\n"))
			}
		})
	}
}

// scriptOf is a daemon that another build of the gateway simulates.
func scriptOf(t *testing.T, gateway string, flags ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "FutuOpenD")
	text := fmt.Sprintf("#!/bin/sh\nexec %q simulate -pace=0 -state=%q %s \"$@\"\n", gateway, dir, strings.Join(flags, " "))
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// conversation is what was said so far: a line "on> text" for the client, "on< text" for the gateway.
type conversation struct {
	p     *process
	wires map[string]wire
	lines []string
}

func (c *conversation) take(t *testing.T, turn turn) {
	t.Helper()
	switch turn.says {
	case seen:
		if slices.ContainsFunc(c.lines, func(l string) bool { return strings.HasPrefix(l, turn.on+"< ") && strings.Contains(l, turn.till) }) {
			return
		}
		turn.says = ""
	case "":
	default:
		c.lines = append(c.lines, turn.on+"> "+turn.says)
	}
	switch {
	case turn.on == "http":
		c.lines = append(c.lines, "http< "+c.asks(t, turn.says))
		return
	case turn.says == "connect":
		if turn.on == "v1" { // whoever comes later is told the state by its greeting
			c.p.until(c.p.Stderr, c.p.address)
		}
		c.wires[turn.on] = c.p.connectWith(nil, map[string][]string{"v2": {"futuopend.v2"}}[turn.on]...)
	case turn.says != "":
		c.wires[turn.on].send(turn.says)
	}
	for turn.till != "" {
		frame, err := c.wires[turn.on].read()
		if err != nil {
			t.Fatalf("after %q no %q came: %v\n%s\n%s", turn.says, turn.till, err, strings.Join(c.lines, "\n"), c.p.Stderr)
		}
		if turn.till != "CLOSED" && strings.Contains(frame, "CLOSED") {
			continue // the daemon of a refused login ends whenever it does
		}
		c.lines = append(c.lines, turn.on+"< "+frame)
		if strings.Contains(frame, turn.till) {
			return
		}
	}
}

// asks is one request over HTTP: the status and the body of its answer.
func (c *conversation) asks(t *testing.T, says string) string {
	t.Helper()
	method, rest, _ := strings.Cut(says, " ")
	path, body, _ := strings.Cut(rest, " ")
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+c.p.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	over := c.p.client()
	if *recordWith != "" {
		over.Transport = nil // that release is not described
	}
	answer, err := over.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains([]byte(answer.Header.Get("Content-Type")), []byte("json")) {
		text = []byte(`""`) // a text for people, or a picture
	}
	return fmt.Sprintf("%d %s", answer.StatusCode, bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\n"), []byte(" ")))
}

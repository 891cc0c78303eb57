package main

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// answering is a server that always answers the same, as the gateway of this environment.
func answering(t *testing.T, code int, body string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	servedAt(t, s.Listener.Addr().String())
}

func servedAt(t *testing.T, address string) {
	host, port, _ := net.SplitHostPort(address)
	t.Setenv("SERVER_HOST", host)
	t.Setenv("SERVER_PORT", port)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1") // must not be used
}

func TestHealthcheckSaysWhatTheGatewaySays(t *testing.T) {
	for _, c := range []struct {
		name, body string
		code       int
		args       []string
		exit       int
	}{
		{"alive", `{"state":"halted"}`, 200, nil, 0},
		{"ready", `{"state":"connected"}`, 200, []string{"-ready"}, 0},
		{"not ready", `{"state":"awaiting_code","missing":"login"}`, 503, []string{"-ready"}, 1},
		{"another program", `hello`, 200, nil, 1},
		{"another program with JSON", `{}`, 200, nil, 1},
		{"a word too many", `{"state":"connected"}`, 200, []string{"please"}, 2},
		{"an unknown flag", `{"state":"connected"}`, 200, []string{"-alive"}, 2},
	} {
		answering(t, c.code, c.body)
		if got := run(append([]string{"healthcheck"}, c.args...)); got != c.exit {
			t.Errorf("%s: exit code %d, want %d", c.name, got, c.exit)
		}
	}
}

func TestHealthcheckAsksForTheAccountOnlyWhenToldTo(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.Write([]byte(`{"state":"connected"}`))
	}))
	defer s.Close()
	servedAt(t, s.Listener.Addr().String())
	run([]string{"healthcheck"})
	run([]string{"healthcheck", "-ready"})
	if got := strings.Join(asked, " "); got != "/livez /readyz" {
		t.Errorf("asked %s", got)
	}
}

func TestHealthcheckFindsAGatewayThatListensEverywhere(t *testing.T) {
	for _, c := range []struct{ listens, setting string }{
		{"127.0.0.1", "0.0.0.0"}, {"127.0.0.1", "::"}, {"127.0.0.1", "localhost"}, {"[::1]", "::"},
	} {
		l, err := net.Listen("tcp", c.listens+":0")
		if err != nil {
			t.Log("this machine has no", c.listens)
			continue
		}
		s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Write([]byte(`{"state":"idle"}`))
		})}
		go s.Serve(l) // ends with Close
		servedAt(t, l.Addr().String())
		t.Setenv("SERVER_HOST", c.setting)
		if got := run([]string{"healthcheck"}); got != 0 {
			t.Errorf("SERVER_HOST=%s and a listener on %s: exit code %d", c.setting, c.listens, got)
		}
		s.Close()
	}
}

func TestHealthcheckDoesNotWaitForAGatewayThatHangs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // the kernel takes the connection, and nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	servedAt(t, l.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := healthcheck(ctx, healthCall(t)); err == nil || !strings.HasPrefix(err.Error(), "not alive: ") {
		t.Errorf("got %v", err)
	}
}

// healthCall is the command line of a health check without flags.
func healthCall(t *testing.T) call {
	t.Helper()
	c, err := find("healthcheck")
	if err != nil {
		t.Fatal(err)
	}
	line, err := c.parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

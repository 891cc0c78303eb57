package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"sync"

	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// hinting passes the daemon's lines on, and says after each that names a command of the daemon's console, or an address of the
// daemon's, what a person does instead: here nobody reads what is typed, or only answers, and clients connect to the gate.
type hinting struct {
	out   io.Writer
	lang  string
	at    place
	typed bool // answers are read from this gateway's own terminal, so what the line names works
	paint paint
	gate  *gateConfig // nil if clients connect to the address that a line names
	api   string      // where they connect to the API instead
}

func newHinting(out *output, at place, cfg config) hinting {
	return hinting{out, spoken(), at, term.IsTerminal(int(os.Stdin.Fd())), paintOn(os.Stdout), cfg.gate, cfg.daemon.API}
}

// hints are what lines of the daemon name, in both of its languages.
var hints = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(input_phone|input_pic|req_phone|req_pic)_verify_code\b|\b(Telnet|API|WebSocket)(?:监听地址| ?Listening Address)`)
})

// stems are texts one of which is in whatever hints matches. The pattern takes longer than all else that is done with a line, so
// that only lines with one of them are held against it, and each chunk of lines is searched for them at once.
var stems = [][]byte{[]byte("_verify_code"), []byte("监听地址"), []byte("Listening Address")}

// Write takes whole lines.
func (h hinting) Write(lines []byte) (int, error) {
	if !hinted(lines) {
		if _, err := h.out.Write(lines); err != nil {
			return 0, err
		}
		return len(lines), nil
	}
	var b bytes.Buffer
	for line := range bytes.Lines(lines) {
		b.Write(line)
		if hint := h.after(line); hint != "" {
			b.WriteString(h.paint.in(faint, "      -> "+hint) + "\n")
		}
	}
	if _, err := h.out.Write(b.Bytes()); err != nil {
		return 0, err
	}
	return len(lines), nil
}

// hinted reports whether hints may match.
func hinted(text []byte) bool {
	return slices.ContainsFunc(stems, func(stem []byte) bool { return bytes.Contains(text, stem) })
}

// after is what is said after a line, empty for most.
func (h hinting) after(line []byte) string {
	if !hinted(line) {
		return ""
	}
	m := hints().FindSubmatch(line)
	switch {
	case m == nil:
		return ""
	case string(m[2]) == "API" && h.gate != nil:
		return h.gated(line, h.api)
	case string(m[2]) == "WebSocket" && h.gate != nil:
		return h.gated(line, h.gate.socket)
	case string(m[2]) == "Telnet":
		return words.Text(h.lang, "hint.telnet", "command", h.at.command("code", h.at.code))
	case len(m[2]) > 0:
		return ""
	case h.typed && bytes.HasPrefix(m[1], []byte("input_")):
		return words.Text(h.lang, "hint.typed")
	}
	command := h.at.command("resend")
	switch string(m[1]) {
	case "input_phone":
		command = h.at.command("code", h.at.code)
	case "input_pic":
		command = h.at.command("captcha")
	}
	return words.Text(h.lang, "hint.instead", "command", command, "page", h.at.page)
}

// gated is what is said after an address of the daemon's. One that has the port of the clients is not behind the gate: whoever connects reaches
// it before the login.
func (h hinting) gated(line []byte, clients string) string {
	_, port, _ := net.SplitHostPort(clients)
	if bytes.HasSuffix(bytes.TrimSpace(line), []byte(":"+port)) {
		return words.Text(h.lang, "hint.gate.passed")
	}
	return words.Text(h.lang, "hint.gate", "address", clients)
}

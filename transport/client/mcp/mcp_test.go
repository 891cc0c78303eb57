package main

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// act makes the test's own program the server, so that it is spoken to over a real stdin and stdout.
const act = "ACT_AS_THE_SERVER"

// program is the gateway, which the tests build.
var program string

func TestMain(m *testing.M) {
	if os.Getenv(act) != "" {
		main()
		return
	}
	os.Exit(testbed.WithGateway(m, "../../..", &program))
}

// Tokens of the gateway.
const full, answering, looking = "full-token-of-a-test", "answer-token-of-a-test", "read-token-of-a-test"

// house is a gateway with a simulated daemon, and an agent that looks after it.
type house struct {
	t       *testing.T
	address string
	gateway *testbed.Program
	agent   *mcp.ClientSession
	said    strings.Builder // whatever the agent was told
}

// live is a house whose agent has a token. The gateway has yet to start.
func live(t *testing.T, scenario, token string) *house {
	port, home := testbed.FreePort(t), t.TempDir()
	h := &house{t: t, address: "127.0.0.1:" + port}
	h.gateway = testbed.NewProgram(t, program, []string{"serve", "-simulate", scenario}, []string{
		"HOME=" + home, "XDG_RUNTIME_DIR=" + home, "PATH=" + os.Getenv("PATH"), "FUTU_LANG=en", "GATEWAY_DATA=" + home,
		"SERVER_PORT=" + port, "FUTU_PORT=" + testbed.FreePort(t),
		"SERVER_TOKEN=" + full, "ANSWER_TOKEN=" + answering, "READ_TOKEN=" + looking,
	})
	server := exec.Command(os.Args[0])
	server.Env = []string{act + "=1", "GATEWAY_URL=ws://" + h.address + "/", "GATEWAY_TOKEN=" + token}
	agent := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	session, err := agent.Connect(t.Context(), &mcp.CommandTransport{Command: server}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.agent = session
	t.Cleanup(func() {
		if err := session.Close(); err != nil { // it ends by itself, with code 0, when its stdin does
			t.Errorf("the server ended with %v", err)
		}
	})
	return h
}

// comes starts the gateway and waits until it is in a state.
func (h *house) comes(state string) {
	h.t.Helper()
	h.gateway.Start()
	h.t.Cleanup(func() { h.gateway.End(syscall.SIGTERM) })
	h.gateway.Stderr.Until(h.t, h.address)
	h.until("the state "+state, func(e client.Event) bool { return e.To == state })
}

// tells waits for an entry of one of these kinds.
func (h *house) tells(kinds ...string) {
	h.t.Helper()
	h.until(strings.Join(kinds, " or "), func(e client.Event) bool { return slices.Contains(kinds, e.Kind) })
}

// drawsAnother waits for the picture that follows a wrong answer: what is typed before it counts as an answer to the old one.
func (h *house) drawsAnother() {
	h.t.Helper()
	rejected := false
	h.until("a picture after a wrong answer", func(e client.Event) bool {
		rejected = rejected || e.Kind == "captcha_rejected"
		return rejected && (e.Kind == "captcha_saved" || e.Kind == "captcha_still_wanted")
	})
}

// until reads the journal from its beginning until an entry is the one.
func (h *house) until(what string, is func(client.Event) bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), testbed.Patience)
	defer cancel()
	c, err := client.Dial(ctx, "ws://"+h.address+"/", client.Options{Token: full})
	if err != nil {
		h.t.Fatal(err)
	}
	defer c.Close()
	for e, err := range c.Events(ctx, 0) {
		if err != nil {
			h.t.Fatalf("waited for %s: %v\n%s", what, err, h.gateway.Stderr)
		}
		if is(e) {
			return
		}
	}
	h.t.Fatalf("waited %v for %s\n%s", testbed.Patience, what, h.gateway.Stderr)
}

// calls is a tool's answer, which must have a text, and be an error or none.
func (h *house) calls(tool string, with map[string]any, wrong bool, want string) *mcp.CallToolResult {
	h.t.Helper()
	if with == nil {
		with = map[string]any{}
	}
	result, err := h.agent.CallTool(h.t.Context(), &mcp.CallToolParams{Name: tool, Arguments: with})
	if err != nil {
		h.t.Fatalf("%s %v: %v", tool, with, err)
	}
	var said strings.Builder
	for _, c := range result.Content {
		if text, ok := c.(*mcp.TextContent); ok {
			said.WriteString(text.Text + "\n")
		}
	}
	h.said.WriteString(said.String())
	if result.IsError != wrong || !strings.Contains(said.String(), want) {
		h.t.Errorf("%s %v: an error %v, %q; want %v, %q", tool, with, result.IsError, said.String(), wrong, want)
	}
	return result
}

// The daemon of old-hint asks for no SMS by itself: of one that does, no other SMS may be asked for a minute long, and whether the
// first request was before its own would depend on who is faster.
func TestAnAgentGivesTheCode(t *testing.T) {
	t.Parallel()
	h := live(t, "old-hint", answering)
	h.comes("awaiting_code")
	h.calls("status", nil, false, `"state":"awaiting_code"`)
	h.calls("lines", nil, false, "req_phone_verify_code")
	h.calls("resend", nil, false, "another SMS")
	h.calls("resend", nil, true, "too_soon: refused")
	h.tells("code_sent") // a code that comes before its SMS is wrong
	h.calls("captcha", map[string]any{"answer": "K7QX"}, true, "captcha_not_wanted")
	h.calls("give_code", map[string]any{"code": "12"}, true, "code_invalid")
	h.calls("give_code", map[string]any{}, true, "code")
	h.calls("give_code", map[string]any{"code": "000000"}, false, "rejected")
	h.tells("code_rejected")
	h.calls("give_code", map[string]any{"code": "314159"}, false, "accepted")
	h.calls("restart", nil, true, "token_scope")
	h.calls("events", nil, false, `"kind":"code_typed"`)
	h.calls("events", map[string]any{"after": 1 << 40}, false, "no entry after")
	for _, secret := range []string{"314159", "000000", full, answering, looking} {
		if strings.Contains(h.said.String(), secret) {
			t.Errorf("the agent was told %s:\n%s", secret, h.said.String())
		}
	}
}

func TestAnAgentReadsThePicture(t *testing.T) {
	t.Parallel()
	h := live(t, "captcha", answering)
	h.comes("awaiting_captcha")
	picture, ok := h.calls("captcha", nil, false, "").Content[0].(*mcp.ImageContent)
	if !ok || picture.MIMEType != "image/png" {
		t.Fatalf("the picture is %+v", picture)
	}
	if _, err := png.Decode(bytes.NewReader(picture.Data)); err != nil {
		t.Error(err)
	}
	h.calls("captcha", map[string]any{"answer": "AAAA"}, false, "rejected")
	h.drawsAnother()
	h.calls("captcha", map[string]any{"answer": "K7QX"}, false, "accepted")
}

func TestAnAgentAsksForAnotherPicture(t *testing.T) {
	t.Parallel()
	h := live(t, "captcha", answering)
	h.comes("awaiting_captcha")
	h.calls("resend", nil, false, "another picture")
	if _, ok := h.calls("captcha", nil, false, "").Content[0].(*mcp.ImageContent); !ok {
		t.Error("there is no other picture")
	}
}

func TestAnAgentWithTheReadTokenOnlyLooks(t *testing.T) {
	t.Parallel()
	h := live(t, "sms", looking)
	h.comes("awaiting_code")
	h.calls("status", nil, false, `"awaiting_code"`)
	h.calls("give_code", map[string]any{"code": "314159"}, true, "token_scope")
	h.calls("resend", nil, true, "token_scope")
	h.calls("restart", nil, true, "token_scope")
}

func TestAnAgentRestartsWithinTheBoundsOfAProgram(t *testing.T) {
	t.Parallel()
	h := live(t, "ok", full)
	h.comes("connected")
	h.calls("restart", nil, false, "the state is ")
	halted := live(t, "wrong-password", full)
	halted.comes("halted")
	halted.calls("status", nil, false, "password_wrong")
	halted.calls("restart", nil, true, "not_safe")
	halted.calls("restart", map[string]any{"again": true}, true, "again")
}

func TestAnAgentMayBeThereBeforeTheGateway(t *testing.T) {
	t.Parallel()
	h := live(t, "sms", answering)
	h.calls("status", nil, true, "reach the gateway")
	h.comes("awaiting_code")
	h.calls("status", nil, false, `"awaiting_code"`)
}

// A tool more is a right more, and so the list is held.
func TestTheToolsAreThoseOfTheREADME(t *testing.T) {
	t.Parallel()
	h := live(t, "sms", answering)
	list, err := h.agent.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		if !bytes.Contains(page, []byte("| `"+tool.Name+"` |")) {
			t.Errorf("the README does not have %s", tool.Name)
		}
		if looks := slices.Contains([]string{"status", "events", "lines"}, tool.Name); tool.Annotations.ReadOnlyHint != looks {
			t.Errorf("%s says of itself that it only reads: %v", tool.Name, !looks)
		}
	}
	slices.Sort(names)
	if want := []string{"captcha", "events", "give_code", "lines", "resend", "restart", "status"}; !slices.Equal(names, want) {
		t.Errorf("the tools are %q, want %q", names, want)
	}
}

func TestTheTokenIsOneOfTwo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	for _, c := range []struct{ name, token, has, want, wrong string }{
		{"none", "", "", "", ""},
		{"in the environment", "a", "", "a", ""},
		{"in a file", "", "b\n", "b", ""},
		{"in both", "a", "b", "", "both set"},
		{"in an empty file", "", "\n", "", "is empty"},
	} {
		path := ""
		if c.has != "" {
			path = file
			if err := os.WriteFile(file, []byte(c.has), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := tokenFrom(c.token, path)
		if got != c.want || (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if _, err := tokenFrom("", file+"-missing"); err == nil {
		t.Error("a file that is not there is no token")
	}
}

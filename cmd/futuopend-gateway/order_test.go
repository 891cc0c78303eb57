package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

// What comes before these checks, and so needs no daemon, is tried in transport.
func TestAPostIsCheckedForStateThenFormatThenLimitAndOnlyThenTyped(t *testing.T) {
	const token = "correct-horse-battery"
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+token)
	p.state(fsm.AwaitingCode)
	p.until(p.Stdout, "requested successfully")
	answers := func(pair, path, body string, status int, code string) {
		t.Helper()
		if got, problem := p.answer("POST", path, body, token); got != status || problem.Code != code {
			t.Errorf("%s: %s %s is answered with %d %s, want %d %s", pair, path, body, got, problem.Code, status, code)
		}
	}
	answers("state, format", "/captcha", `{"answer":"a-b"}`, 409, "captcha_not_wanted")
	answers("state, format", "/password", `{"password":""}`, 409, "password_not_wanted")
	answers("format", "/code", `{"code":"12"}`, 400, "code_invalid")
	answers("limit", "/resend", "", 429, "too_soon")

	c := p.connectWith(http.Header{"Authorization": {"Bearer " + token}})
	c.want("on connecting", requestCode)
	for range fsm.MaxWrongCodes - 1 {
		c.send(submit("000000"))
		c.want("after a wrong code", requestCode)
	}
	answers("format, typing", "/code", `{"code":"12"}`, 400, "code_invalid")
	c.send(submit("000000"))
	p.until(p.Stderr, "no other is typed before another SMS")
	answers("state, typing", "/code", `{"code":"`+opendsim.Code+`"}`, 409, "codes_spent")
	c.send(submit(opendsim.Code))
	c.want("and no request for another", `{"type":"ERROR","error":"codes_spent","message":"5 codes of this SMS were wrong; ask for another SMS, its code is taken"}`)
	p.End(syscall.SIGTERM)
	if typed := p.kinds(fsm.CodeTyped); typed != fsm.MaxWrongCodes {
		t.Errorf("%d codes were typed, want %d: what is refused costs nothing", typed, fsm.MaxWrongCodes)
	}
}

func TestAPostToAnAccountThatIsLoggedInIsRefusedByItsState(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok"))
	p.state(fsm.Connected)
	for path, body := range map[string]string{"/code": `{"code":"12"}`, "/captcha": `{"answer":""}`, "/resend": ""} {
		if got, problem := p.answer("POST", path, body, ""); got != 409 {
			t.Errorf("%s %s is answered with %d %s", path, body, got, problem.Code)
		}
	}
}

// answer is what the gateway answers to a request.
func (p *process) answer(method, path, body, token string) (status int, problem struct{ Code string }) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.address+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := p.client().Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil || problem.Code == "" {
		p.t.Fatalf("%s %s is answered with %s, and not with an error: %v", method, path, resp.Status, err)
	}
	return resp.StatusCode, problem
}

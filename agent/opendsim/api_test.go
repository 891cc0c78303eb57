package opendsim_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

const wantsCode = "Need a phone verification code"

func TestAConnectionBeforeTheLoginIsRefusedAndVoidsTheCode(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r, address := serve(t, "sms", "-sms_interval=0", "-state="+state)
	r.await(t, "SMS verification code requested successfully")
	c := dial(t, address)
	for range 2 {
		if why := c.init(); why != wantsCode {
			t.Errorf("refused with %q, want %q", why, wantsCode)
		}
	}
	if got := early(t, state); got != "voided\nrefused\n" {
		t.Errorf("counted %q, want one code that is void", got)
	}

	r.enter(t, rightCode)
	r.await(t, "SMS verification code required")
	r.enter(t, "req_phone_verify_code")
	r.await(t, "SMS verification code requested successfully")
	r.enter(t, rightCode)
	r.await(t, "Login successful")
	if why := c.init(); why != "" {
		t.Errorf("refused with %q after the login", why)
	}
	if got := early(t, state); got != "voided\nrefused\n" {
		t.Errorf("counted %q, want no more than before the login", got)
	}
	r.stop(t)
	c.ended()
}

func TestTheRefusalIsInTheLanguageOfTheDaemon(t *testing.T) {
	for _, c := range []struct {
		scenario, lang, awaited, why string
	}{
		{"sms", "chs", "请求手机验证码成功", "需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试"},
		{"captcha", "chs", "需要图形验证码", "需要图形验证码"},
		{"captcha", "en", "Graphic verification code required", "Graphic verification code required"},
		{"silent-login", "en", "Logging in", "Logging in"},
		{"silent", "en", "API RSA Enabled: No", "Logging in"},
	} {
		t.Run(c.scenario+" "+c.lang, func(t *testing.T) {
			t.Parallel()
			port := testbed.FreePort(t)
			r := start(t, c.scenario, "-api=ready", "-api_port="+port, "-lang="+c.lang)
			r.await(t, c.awaited)
			if why := dial(t, "127.0.0.1:"+port).init(); why != c.why {
				t.Errorf("refused with %q, want %q", why, c.why)
			}
		})
	}
}

func TestAfterTheLoginTheAPIAnswers(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "ok", "-login_account=42")
	r.await(t, "Login successful")
	c := dial(t, address)
	if answer := c.ask(openapi.IDGetGlobalState, openapi.GlobalRequest{}.Encode()); answer.RetType != openapi.RetFailed {
		t.Errorf("got %+v before InitConnect, want it refused", answer)
	}
	answer, err := c.tryInit(openapi.AESCBC)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := openapi.DecodeInitReply(answer.S2C)
	if err != nil || reply.ServerVer != 1009 || reply.UserID != 42 || len(reply.Key) != 16 || len(reply.IV) != 16 || reply.KeepAlive != 10 {
		t.Errorf("got %+v, %v", reply, err)
	}
	state := c.state()
	if !state.QotLogined || !state.TrdLogined || state.Program.Type != openapi.ProgramReady || state.ConnID != reply.ConnID ||
		state.ServerVer != 1009 || state.ServerBuild != 6918 || time.Since(time.Unix(state.Time, 0)).Abs() > time.Minute {
		t.Errorf("got %+v", state)
	}
	alive, err := openapi.DecodeKeepAlive(c.ask(openapi.IDKeepAlive, openapi.KeepAlive{Time: 1}.Encode()).S2C)
	if err != nil || time.Since(time.Unix(alive.Time, 0)).Abs() > time.Minute {
		t.Errorf("got %+v, %v, want the time", alive, err)
	}
	if answer := c.ask(3004, nil); answer.RetType != openapi.RetFailed || answer.RetMsg == "" {
		t.Errorf("got %+v for quotes, want it refused in words", answer)
	}
	r.stop(t)
}

func TestJSONIsRefusedInJSON(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "ok")
	r.await(t, "Login successful")
	c := dial(t, address)
	request := openapi.Frame{ID: openapi.IDInitConnect, Serial: 7, Format: openapi.JSON, Body: []byte(`{"c2s":{}}`)}
	if err := openapi.WriteFrame(c.socket, c.keys, request); err != nil {
		t.Fatal(err)
	}
	frame, err := c.read()
	if err != nil || frame.Format != openapi.JSON || frame.Serial != 7 {
		t.Fatalf("got %+v, %v", frame, err)
	}
	var answer struct {
		RetType int
		RetMsg  string
	}
	if err := json.Unmarshal(frame.Body, &answer); err != nil || answer.RetType != -1 || answer.RetMsg == "" {
		t.Errorf("got %s, %v", frame.Body, err)
	}
}

// keyFile makes a key of the length that the daemon's manual has, and the file for it.

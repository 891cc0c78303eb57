package opendsim_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
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
			port := freePort(t)
			r := start(t, c.scenario, "-api=ready", "-api_port="+port, "-lang="+c.lang)
			r.await(t, c.awaited)
			if why := dial(t, "127.0.0.1:"+port).init(); why != c.why {
				t.Errorf("refused with %q, want %q", why, c.why)
			}
		})
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
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
func keyFile(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return key, path
}

func TestWithAKeyEverythingIsEncrypted(t *testing.T) {
	t.Parallel()
	key, path := keyFile(t)
	r, address := serve(t, "ok", "-rsa_private_key="+path)
	r.await(t, "API RSA Enabled: Yes", "Login successful")
	for _, a := range []openapi.Algorithm{openapi.FTAES, openapi.AESECB, openapi.AESCBC, openapi.Unencrypted} {
		c := dial(t, address).with(key)
		if answer, err := c.tryInit(a); err != nil || answer.RetType != openapi.RetOK {
			t.Fatalf("algorithm %d: %+v, %v", a, answer, err)
		}
		if state := c.state(); !state.QotLogined {
			t.Errorf("algorithm %d: got %+v", a, state)
		}
	}
	if answer, err := dial(t, address).with(key).tryInit(9); err != nil || answer.RetType != openapi.RetFailed {
		t.Errorf("algorithm 9: got %+v, %v, want it refused", answer, err)
	}
}

func TestAClientWithoutTheKeyCannotReadTheAnswer(t *testing.T) {
	t.Parallel()
	_, path := keyFile(t)
	r, address := serve(t, "ok", "-rsa_private_key="+path)
	r.await(t, "Login successful")
	c := dial(t, address)
	if _, err := c.tryInit(openapi.Unencrypted); !errors.Is(err, openapi.ErrGarbled) {
		t.Errorf("got %v, want an answer that cannot be read", err)
	}
	c.ended()
}

func TestAClientThatEncryptsIsClosedByADaemonThatDoesNot(t *testing.T) {
	t.Parallel()
	key, _ := keyFile(t)
	r, address := serve(t, "ok")
	r.await(t, "Login successful")
	c := dial(t, address).with(key)
	if answer, err := c.tryInit(openapi.AESCBC); err == nil {
		t.Errorf("got %+v, want no answer", answer)
	}
}

func TestTheSessionIsLostAndComesBack(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "session-lost", "-pace=50ms")
	r.await(t, "Login successful")
	c := dial(t, address)
	c.init()
	for _, want := range []bool{false, true} {
		for {
			n := c.pushed() // of which the first may be the end of the login
			if n.Type == openapi.NotifyConnStatus && n.Conn.QotLogined == want && n.Conn.TrdLogined == want {
				break
			}
		}
		if state := c.state(); state.QotLogined != want || state.TrdLogined != want || state.Program.Type != openapi.ProgramReady {
			t.Errorf("got %+v, want sessions %t", state, want)
		}
	}
	before := r.lines()
	r.stop(t)
	if last := before[len(before)-1]; last != "Required data is ready" {
		t.Errorf("printed %q, of which nothing is known", last)
	}
}

func TestBeingKickedOutIsToldByTheAPI(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "kicked-out", "-pace=50ms")
	r.await(t, "Login successful")
	c := dial(t, address)
	c.init()
	for {
		if n := c.pushed(); n.Event != nil {
			if n.Type != openapi.NotifyEvent || n.Event.Type != 7 {
				t.Errorf("got push %+v, want event 7", n)
			}
			break
		}
	}
	if n := c.pushed(); n.Conn == nil || n.Conn.QotLogined {
		t.Errorf("got push %+v, want the session gone", n)
	}
	if c.state().QotLogined {
		t.Error("the session is still there")
	}
}

func TestAChangedPasswordCutsEveryConnection(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"ready", "ui"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			r, address := serve(t, "password-changed", "-pace=50ms", "-api="+mode)
			r.await(t, "Login successful")
			c := dial(t, address)
			c.init()
			for {
				if n := c.pushed(); n.Event != nil {
					if n.Event.Type != 8 {
						t.Errorf("got push %+v, want event 8", n)
					}
					break
				}
			}
			if n := c.pushed(); n.Program == nil || n.Program.Type != 11 {
				t.Errorf("got push %+v, want status 11", n)
			}
			c.ended()

			c = dial(t, address)
			answer, err := c.tryInit(openapi.Unencrypted)
			if err != nil || (answer.RetType == openapi.RetOK) != (mode == "ui") {
				t.Fatalf("got %+v, %v", answer, err)
			}
			if mode == "ui" {
				if state := c.state(); state.Program.Type != 11 || state.QotLogined {
					t.Errorf("got %+v, want status 11", state)
				}
			}
		})
	}
}

func TestThe129thConnectionIsRefusedInWords(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "ok")
	r.await(t, "Login successful")
	var last *caller
	for range 128 {
		last = dial(t, address)
		if why := last.init(); why != "" {
			t.Fatal(why)
		}
	}
	c := dial(t, address)
	if why := c.init(); why != "连接个数超过128，请关闭无用连接" {
		t.Errorf("refused with %q", why)
	}
	last.socket.Close()
	for deadline := time.Now().Add(patience); c.init() != ""; {
		if time.Now().After(deadline) {
			t.Fatal("still refused after another one is gone")
		}
	}
}

func TestAConnectionWithoutAHeartbeatIsClosed(t *testing.T) {
	t.Parallel()
	const heartbeat = 400 * time.Millisecond
	r, address := serve(t, "ok", "-heartbeat="+heartbeat.String())
	r.await(t, "Login successful")
	silent, alive := dial(t, address), dial(t, address)
	began := time.Now()
	silent.init()
	alive.init()
	tick := time.NewTicker(heartbeat / 8)
	defer tick.Stop()
	for range 24 {
		<-tick.C
		alive.ask(openapi.IDKeepAlive, openapi.KeepAlive{}.Encode())
	}
	if took := time.Since(began); took < 2*heartbeat {
		t.Fatalf("took only %v", took)
	}
	silent.ended()
	alive.state()
}

func TestTheModesOfTheAPI(t *testing.T) {
	t.Run("refuse", func(t *testing.T) {
		t.Parallel()
		r, address := serve(t, "ok", "-api=refuse")
		r.await(t, "Login successful")
		if why := dial(t, address).init(); why != wantsCode {
			t.Errorf("refused with %q", why)
		}
	})
	t.Run("drop", func(t *testing.T) {
		t.Parallel()
		r, address := serve(t, "ok", "-api=drop")
		r.await(t, "Login successful")
		dial(t, address).ended()
	})
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		port := freePort(t)
		r := start(t, "ok", "-api_port="+port)
		r.await(t, "API监听地址: 127.0.0.1:"+port, "登录成功")
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			t.Error("something listens")
		}
	})
	t.Run("ui", func(t *testing.T) {
		t.Parallel()
		state := t.TempDir()
		r, address := serve(t, "sms", "-api=ui", "-state="+state)
		r.await(t, "SMS verification code requested successfully")
		c := dial(t, address)
		if why := c.init(); why != "" {
			t.Fatal(why)
		}
		if state := c.state(); state.Program.Type != 4 || state.QotLogined {
			t.Errorf("got %+v, want status 4", state)
		}
		r.enter(t, rightCode) // no connection made it void
		for n := c.pushed(); n.Program == nil || n.Program.Type != openapi.ProgramReady; n = c.pushed() {
		}
		if got := early(t, state); got != "" {
			t.Errorf("counted %q", got)
		}
	})
}

func TestWithoutItsPortTheDaemonGoesOn(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	r := start(t, "ok", "-api=ready", "-api_port="+port)
	r.await(t, "API监听地址: 127.0.0.1:"+port, "登录成功")
	r.until(t, "the simulator's own word", func(out []byte) bool { return strings.Contains(string(out), "simulate: no API: listen") })
	r.stop(t)
}

func TestThePortIsOpenOnceItsAddressIsPrintedAndClosedAtTheEnd(t *testing.T) {
	t.Parallel()
	r, address := serve(t, "silent")
	dial(t, address)
	r.stop(t)
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("something still listens")
	}
}

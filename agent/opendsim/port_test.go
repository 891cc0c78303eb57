package opendsim_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

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
		port := testbed.FreePort(t)
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

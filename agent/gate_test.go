package agent_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// gate is a gate that notes what it is told, and what was so then.
type gate struct {
	mu    sync.Mutex // guards what follows, for the time of a copy
	turns []string
	slow  time.Duration
	look  func() string // called at each turn, by its goroutine, while the loop waits
}

func (g *gate) turn(what string) {
	g.mu.Lock()
	look, slow := g.look, g.slow
	g.mu.Unlock()
	if look != nil {
		what += " " + look()
	}
	time.Sleep(slow)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.turns = append(g.turns, what)
}

func (g *gate) Open() { g.turn("open") }
func (g *gate) Hold() { g.turn("hold") }
func (g *gate) Shut() { g.turn("shut") }

// want checks what the gate was told since the last time.
func (g *gate) want(t *testing.T, why string, turns ...string) {
	t.Helper()
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Equal(g.turns, turns) {
		t.Errorf("%s: the gate was told %q, want %q", why, g.turns, turns)
	}
	g.turns = nil
}

func openGate(t *testing.T) (*house, *api, *gate) {
	a, g := &api{}, &gate{}
	h := open(t, func(c *agent.Config) { c.Prove, c.Gate, c.Reclaim = a.prove, g, 30*time.Minute })
	return h, a, g
}

func TestTheGateIsOpenWhileTheAccountIsLoggedInAndNeverElse(t *testing.T) { synctest.Test(t, testGate) }
func testGate(t *testing.T) {
	h, api, g := openGate(t)
	defer h.close()
	h.says("API监听地址: 127.0.0.1:11111", "正在登录", "需要手机验证码")
	g.want(t, "before the login")
	h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP)
	g.want(t, "with a code that is verified")
	h.says("登录成功", "必要数据准备完毕")
	g.want(t, "after the login", "open")
	api.tells(fsm.APIReady, fsm.SessionLost)
	h.want("with the session lost", fsm.Reconnecting)
	g.want(t, "with the session lost", "hold")
	api.tells(fsm.SessionBack)
	g.want(t, "with the session back", "open")
	h.says("正在登录")
	g.want(t, "when the daemon logs in anew", "hold")
	h.says("需要手机验证码")
	h.want("with a code wanted", fsm.AwaitingCode)
	g.want(t, "with a code wanted", "shut")
	h.says("登录成功")
	g.want(t, "logged in again", "open")
	h.dies(agent.Exit{Code: 1})
	g.want(t, "when the daemon is gone", "shut")
}

// A connection while an SMS is awaited makes its code void: the prover's, and any client's.
func TestTheGateIsShutBeforeAnythingElseIsDone(t *testing.T) { synctest.Test(t, testShutFirst) }
func testShutFirst(t *testing.T) {
	for _, line := range []string{"需要手机验证码", "需要图形验证码", "请输入密码"} {
		h, api, g := openGate(t)
		h.says("登录成功")
		g.want(t, "after the login", "open")
		d := h.daemon()
		g.mu.Lock()
		g.look = func() string {
			api.mu.Lock()
			defer api.mu.Unlock()
			return fmt.Sprint(api.asks, d.wasTyped())
		}
		g.mu.Unlock()
		h.says(line)
		g.want(t, line, "shut true")
		api.want(t, line, 1, false)
		h.close()
	}
}

func TestTheGateIsShutBeforeTheDaemonGetsItsSignal(t *testing.T) { synctest.Test(t, testShutBefore) }
func testShutBefore(t *testing.T) {
	h, _, g := openGate(t)
	defer h.close()
	h.says("登录成功")
	d := h.daemon()
	g.mu.Lock()
	g.look = d.wasSent
	g.mu.Unlock()
	g.want(t, "after the login", "open")
	if err := h.agent.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.want(t, "stopped", "shut []")
}

func TestTheLoopWaitsForTheGateASecondAtMost(t *testing.T) { synctest.Test(t, testSlowGate) }
func testSlowGate(t *testing.T) {
	h, _, g := openGate(t)
	h.says("登录成功")
	g.want(t, "after the login", "open")
	g.mu.Lock()
	g.slow = time.Minute
	g.mu.Unlock()
	began := time.Now()
	h.says("需要手机验证码")
	h.want("with a code wanted", fsm.AwaitingCode)
	h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP)
	if took := time.Since(began); took != time.Second {
		t.Errorf("a code was taken after %v", took)
	}
	after(2 * time.Minute)
	g.want(t, "in the end", "shut")
	h.close()
}

func TestADaemonWhosePortWasTakenIsStartedAtOnceWithAnother(t *testing.T) {
	synctest.Test(t, testPortTaken)
}
func testPortTaken(t *testing.T) {
	const taken = "服务器启动失败，请检查是否有Futu OpenD或者其他程序正在监听该端口"
	h, _, g := openGate(t)
	defer h.close()
	before, _ := h.agent.Budget(t.Context())
	for n := 1; n <= 3; n++ {
		h.says(taken)
		h.want("after the daemon's word", fsm.Initializing)
		if h.started() != n+1 {
			t.Fatalf("started %d times after %d ports were taken", h.started(), n)
		}
	}
	if now, _ := h.agent.Budget(t.Context()); now != before {
		t.Errorf("the budget is %+v, before it was %+v", now, before)
	}
	h.says(taken)
	h.want("when it goes on like that", fsm.Halted)
	g.want(t, "before any login")
}

func TestAStartThatAPortKeptFromIsMadeWhenThePortIsFree(t *testing.T) {
	synctest.Test(t, testPortFree)
}
func testPortFree(t *testing.T) {
	var mu sync.Mutex
	isFree := false
	look := func() bool { mu.Lock(); defer mu.Unlock(); return isFree }
	h := open(t, func(c *agent.Config) {
		launch := c.Launch
		c.PortFree, c.Supervise = look, true
		c.Launch = func(typed bool) (agent.Process, error) {
			if !look() {
				return nil, errors.New("the daemon's API cannot listen")
			}
			return launch(typed)
		}
	})
	defer h.close()
	h.want("while the port is taken", fsm.Closed)
	after(time.Minute)
	h.want("still", fsm.Closed)
	mu.Lock()
	isFree = true
	mu.Unlock()
	after(30 * time.Second)
	h.want("when it is free", fsm.Initializing)
}

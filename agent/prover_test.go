package agent_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// api is a daemon's API that the test talks through.
type api struct {
	mu     sync.Mutex // guards what follows, for the time of a copy
	asked  int        // how often somebody began to ask
	asks   bool       // somebody asks now
	tell   func(fsm.Event)
	proven func(time.Time)
}

// prove is [agent.Config.Prove].
func (a *api) prove(ctx context.Context, tell func(fsm.Event), proven func(time.Time)) {
	a.mu.Lock()
	a.asked, a.asks, a.tell, a.proven = a.asked+1, true, tell, proven
	a.mu.Unlock()
	<-ctx.Done()
	a.mu.Lock()
	a.asks = false
	a.mu.Unlock()
}

// tells makes the API tell of an event.
func (a *api) tells(kinds ...fsm.Kind) {
	synctest.Wait()
	for _, k := range kinds {
		a.tell(fsm.Event{Kind: k, Detail: "as told"})
		synctest.Wait()
	}
}

// want checks how often somebody began to ask, and whether somebody asks now.
func (a *api) want(t *testing.T, why string, asked int, asks bool) {
	t.Helper()
	synctest.Wait()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked != asked || a.asks != asks {
		t.Fatalf("%s: asked %d times, now %v; want %d, %v", why, a.asked, a.asks, asked, asks)
	}
}

func openAPI(t *testing.T) (*house, *api) {
	a := &api{}
	return open(t, func(c *agent.Config) { c.Prove, c.Reclaim = a.prove, 30*time.Minute }), a
}

func TestTheAPIIsAskedFromTheLoginOnAndNeverBefore(t *testing.T) { synctest.Test(t, testAsked) }
func testAsked(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	h.says("API监听地址: 127.0.0.1:11111", "正在登录", "需要手机验证码")
	h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP)
	api.want(t, "before the login", 0, false)
	h.says("登录成功", "必要数据准备完毕")
	api.want(t, "after it", 1, true)
	at := time.Now()
	api.proven(at)
	if got := h.agent.Proven(); !got.Equal(at) {
		t.Errorf("proven at %v, want %v", got, at)
	}
	h.says("需要手机验证码")
	api.want(t, "while a code is wanted again", 1, false)
	if got := h.agent.Proven(); !got.IsZero() {
		t.Errorf("while nobody asks, it is proven at %v", got)
	}
	h.says("登录成功")
	api.want(t, "after the next login", 2, true)
	h.says("正在登录")
	h.want("when the daemon logs in anew", fsm.Reconnecting)
	api.want(t, "when the daemon logs in anew", 2, false)
}

func TestTheAPIsConnectionIsClosedBeforeTheDaemonIsStopped(t *testing.T) {
	synctest.Test(t, testClosedBefore)
}
func testClosedBefore(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	var atTerm []bool
	h.says("登录成功")
	api.want(t, "after the login", 1, true)
	h.daemon().onSignal = func() { atTerm = append(atTerm, api.asks) }
	if err := h.agent.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	if len(atTerm) != 1 || atTerm[0] {
		t.Errorf("asked while the daemon got its signal: %v, want once, and not", atTerm)
	}
}

func TestASessionThatTheAPILosesComesBack(t *testing.T) { synctest.Test(t, testSessionComesBack) }
func testSessionComesBack(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	h.says("登录成功")
	api.tells(fsm.APIReady, fsm.APILost)
	h.want("with the API lost alone", fsm.Connected)
	api.tells(fsm.SessionLost)
	h.want("with the session lost", fsm.Reconnecting)
	api.want(t, "with the session lost", 1, true)
	api.tells(fsm.SessionBack)
	h.want("with the session back", fsm.Connected)
	api.want(t, "with the session back", 1, true)
}

func TestALoginThatIsEndedFromOutsideIsTriedAgainSlowly(t *testing.T) {
	synctest.Test(t, testEndedFromOutside)
}
func testEndedFromOutside(t *testing.T) {
	for kind, wait := range map[fsm.Kind]time.Duration{fsm.KickedOut: 30 * time.Minute, fsm.ForcedLogout: 5 * time.Minute} {
		h, api := openAPI(t)
		h.says("登录成功")
		after(time.Hour)
		api.tells(kind)
		h.want("after "+string(kind), fsm.Closed)
		api.want(t, "after "+string(kind), 1, false)
		h.dies(agent.Exit{})
		if h.started() != 1 {
			t.Errorf("%s: started again at once", kind)
		}
		if next := h.journal.Snapshot().Next; !next.Equal(time.Now().Add(wait)) {
			t.Errorf("%s: the next start is at %v", kind, next)
		}
		after(wait - 1)
		h.want("before the wait is over", fsm.Closed)
		after(1)
		h.want("after it", fsm.Initializing)
		h.close()
	}
}

func TestALoginThatIsEndedFromOutsideIsNoFailedLogin(t *testing.T) {
	synctest.Test(t, testNoFailedLogin)
}
func testNoFailedLogin(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	for range 4 { // more than the failed logins that the gateway allows itself in a day
		h.says("登录成功")
		after(time.Hour)
		api.tells(fsm.KickedOut)
		h.dies(agent.Exit{})
		after(30 * time.Minute)
	}
	h.want("after four of them", fsm.Initializing)
}

func TestAPasswordThatWasChangedHalts(t *testing.T) { synctest.Test(t, testPasswordWasChanged) }
func testPasswordWasChanged(t *testing.T) {
	h, api := openAPI(t)
	defer h.close()
	h.says("登录成功")
	api.tells(fsm.PasswordNewer)
	h.want("after the change", fsm.Halted)
	after(24 * time.Hour)
	if h.started() != 1 {
		t.Errorf("started %d times: the old password was tried again", h.started())
	}
	if risk, err := h.agent.Init(t.Context(), true); err != nil || risk == "" {
		t.Errorf("a person overrules: risk %q, error %v", risk, err)
	}
}

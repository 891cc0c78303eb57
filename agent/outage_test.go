package agent_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// world is what an outage depends on beside the daemon.
type world struct {
	*house
	api *api
	log *observer.ObservedLogs

	mu       sync.Mutex // guards what follows, for the time of a copy
	down     error      // why the network is not up
	password bool       // one is at hand
	asked    int        // how often somebody looked for the network
	slow     bool       // who looks for it gets no answer

	unreadable error // why the files with secrets cannot be read
}

func (w *world) set(what func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	what()
}

func (w *world) reach(ctx context.Context) error {
	w.mu.Lock()
	w.asked++
	down, slow := w.down, w.slow
	w.mu.Unlock()
	if slow {
		<-ctx.Done()
		return ctx.Err()
	}
	return down
}

// looked is how often somebody looked for the network.
func (w *world) looked() (n int) {
	w.set(func() { n = w.asked })
	return n
}

// loseSession opens an agent whose session is lost an hour after its login.
func loseSession(t *testing.T, mend func(*agent.Config)) *world {
	core, log := observer.New(zapcore.InfoLevel)
	w := &world{api: &api{}, log: log, password: true}
	w.house = open(t, func(c *agent.Config) {
		c.Prove, c.Log, c.ReloginAfter, c.Reach = w.api.prove, zap.New(core), 30*time.Minute, w.reach
		c.HasPassword = func() (has bool) { w.set(func() { has = w.password }); return has }
		own := c.Credentials
		c.Reread = func() (_ agent.Credentials, err error) { w.set(func() { err = w.unreadable }); return own, err }
		if mend != nil {
			mend(c)
		}
	})
	w.says("登录成功")
	w.api.tells(fsm.APIReady)
	after(time.Hour)
	w.api.tells(fsm.APILost, fsm.SessionLost)
	w.want("with the session lost", fsm.Reconnecting)
	return w
}

// has is the latest entry of a kind; its Seq is 0 if there is none.
func (w *world) has(k fsm.Kind) (found fsm.Entry) {
	for seq := uint64(0); ; {
		e, ok, _ := w.journal.Look(seq)
		if !ok {
			return found
		}
		if seq = e.Seq; e.Kind == k {
			found = e
		}
	}
}

func TestASessionThatStaysLostIsToldAfterTenMinutes(t *testing.T) { synctest.Test(t, testStillLost) }
func testStillLost(t *testing.T) {
	w := loseSession(t, nil)
	defer w.close()
	lost := time.Now()
	after(10*time.Minute - time.Second)
	if e := w.has(fsm.SessionStillLost); e.Seq != 0 {
		t.Errorf("told %v too early", time.Since(lost))
	}
	after(time.Second)
	e := w.has(fsm.SessionStillLost)
	if e.Seq == 0 || e.To != fsm.Reconnecting || e.Detail != "10m0s" || !e.Until.Equal(lost.Add(30*time.Minute)) {
		t.Errorf("the journal has %+v", e)
	}
	if got := w.journal.Snapshot().Trouble; got.Told.IsZero() || got.Why.Kind != fsm.SessionStillLost {
		t.Errorf("the trouble is %+v", got)
	}
	if n := w.log.FilterMessage("event").FilterField(zap.String("kind", "session_still_lost")).Len(); n != 1 {
		t.Errorf("the log tells of it %d times", n)
	}
	after(15 * time.Minute)
	if again := w.has(fsm.SessionStillLost); again.Seq != e.Seq {
		t.Error("told again")
	}
}

func TestASessionThatComesBackIsNotTold(t *testing.T) { synctest.Test(t, testComesBackInTime) }
func testComesBackInTime(t *testing.T) {
	w := loseSession(t, nil)
	defer w.close()
	after(9 * time.Minute)
	w.api.tells(fsm.SessionBack, fsm.APIReady)
	after(24 * time.Hour)
	w.want("a day later", fsm.Connected)
	if w.has(fsm.SessionStillLost).Seq != 0 || w.looked() != 0 {
		t.Errorf("told as lost: %v; looked %d times for the network", w.has(fsm.SessionStillLost), w.looked())
	}
}

func TestOneNewLoginEndsALostSessionWhileTheNetworkIsUp(t *testing.T) { synctest.Test(t, testRelogin) }
func testRelogin(t *testing.T) {
	w := loseSession(t, nil)
	defer w.close()
	after(30*time.Minute - time.Second)
	w.want("before the time is over", fsm.Reconnecting)
	after(time.Second)
	w.want("after it", fsm.Closed)
	if e := w.has(fsm.Relogin); e.From != fsm.Reconnecting || e.To != fsm.Closed || e.Detail != "30m0s" {
		t.Errorf("the journal has %+v", e)
	}
	if got := w.daemon().wasSent(); got != "[terminated]" {
		t.Errorf("the daemon was sent %s, want TERM at once", got)
	}
	after(time.Second)
	w.want("a second later", fsm.Initializing)
	if w.started() != 2 || !w.typed {
		t.Errorf("started %d times, to ask for the password: %v", w.started(), w.typed)
	}
	w.says("登录成功")
	w.api.tells(fsm.APIReady)
	after(24 * time.Hour)
	if w.started() != 2 || w.looked() != 1 {
		t.Errorf("started %d times, looked %d times for the network", w.started(), w.looked())
	}
	w.dies(agent.Exit{Code: 1})
	after(time.Minute)
	if w.started() != 3 || w.typed {
		t.Errorf("a later start: %d, to ask for the password: %v", w.started(), w.typed)
	}
}

func TestNoNewLoginIsMade(t *testing.T) {
	for why, c := range map[string]struct {
		mend func(*agent.Config)
		then func(*world)
		log  string // what it says of that, empty for nothing
		ends time.Duration
	}{
		"with never":                 {func(c *agent.Config) { c.ReloginAfter = 0 }, nil, "", 0},
		"where nobody supervises":    {func(c *agent.Config) { c.Supervise = false }, nil, "", 0},
		"where nobody can look":      {func(c *agent.Config) { c.Reach = nil }, nil, "", 0},
		"without a password":         {nil, func(w *world) { w.set(func() { w.password = false }) }, "no password is at hand", 0},
		"while the network is down":  {nil, func(w *world) { w.set(func() { w.down = errors.New("connect to www.example.com:443: no route") }) }, "no route", 0},
		"while files are unreadable": {nil, func(w *world) { w.set(func() { w.unreadable = errors.New("gone") }) }, "gone", 0},
		"before a named time": {nil, func(w *world) {
			after(20 * time.Minute)
			w.says("请等待 90 分钟")
		}, "the broker wants no login before", 20*time.Minute + 91*time.Minute},
	} {
		t.Run(why, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := loseSession(t, c.mend)
				defer w.close()
				lost := time.Now()
				if c.then != nil {
					c.then(w)
				}
				end := lost.Add(24 * time.Hour)
				if c.ends != 0 {
					end = lost.Add(c.ends - time.Second)
				}
				after(time.Until(end))
				w.want("later", fsm.Reconnecting)
				if w.started() != 1 {
					t.Errorf("started %d times", w.started())
				}
				lines := w.log.FilterMessage("no new login is made for the lost session").All()
				if c.log == "" && len(lines) != 0 || c.log != "" && (len(lines) != 1 || !strings.Contains(lines[0].ContextMap()["why"].(string), c.log)) {
					t.Errorf("the log has %v", lines)
				}
				if c.ends != 0 {
					after(2 * time.Second)
					w.want("when that is over", fsm.Initializing)
				}
			})
		})
	}
}

func TestANewLoginWaitsForTheNetworkAndForThePassword(t *testing.T) {
	synctest.Test(t, testWaitsForTheNetwork)
}
func testWaitsForTheNetwork(t *testing.T) {
	w := loseSession(t, nil)
	defer w.close()
	w.set(func() { w.down = errors.New("no route") })
	after(time.Hour)
	if w.looked() != 7 {
		t.Errorf("looked %d times for the network in an hour, want each five minutes from 30 on", w.looked())
	}
	w.set(func() { w.down, w.password = nil, false })
	after(time.Hour)
	w.want("with a network and no password", fsm.Reconnecting)
	w.set(func() { w.password = true })
	after(5*time.Minute + 2*time.Second)
	w.want("with both", fsm.Initializing)
}

func TestANewLoginForALostSessionStaysWithinTheBudget(t *testing.T) {
	synctest.Test(t, testReloginBudget)
}
func testReloginBudget(t *testing.T) {
	ledger := &fsm.Ledger{}
	now := time.Now()
	for i := range fsm.MaxStarts - 1 { // the sixth is that of the daemon
		ledger.Note(fsm.Entry{Seq: uint64(i + 1), At: now, Event: fsm.Event{Kind: fsm.Start, Login: "1111"}, From: fsm.Idle, To: fsm.Initializing})
	}
	w := loseSession(t, func(c *agent.Config) { c.Ledger = ledger })
	defer w.close()
	after(time.Until(now.Add(fsm.StartsWithin)) - time.Second)
	w.want("with the starts spent", fsm.Reconnecting)
	if w.started() != 1 || w.looked() != 0 {
		t.Errorf("started %d times, looked %d times for the network", w.started(), w.looked())
	}
	after(3 * time.Second)
	w.want("when one is safe", fsm.Initializing)
}

func TestWhoLooksForTheNetworkHoldsUpNobody(t *testing.T) { synctest.Test(t, testSlowReach) }
func testSlowReach(t *testing.T) {
	w := loseSession(t, nil)
	w.set(func() { w.slow = true })
	after(31 * time.Minute)
	if w.looked() != 1 {
		t.Fatalf("looked %d times for the network", w.looked())
	}
	at := time.Now()
	if _, err := w.agent.Lines(t.Context()); err != nil || time.Since(at) != 0 {
		t.Errorf("a command took %v: %v", time.Since(at), err)
	}
	w.api.tells(fsm.SessionBack)
	w.want("with the session back", fsm.Connected)
	after(24 * time.Hour)
	w.want("a day later", fsm.Connected)
	w.api.tells(fsm.SessionLost)
	after(31 * time.Minute)
	at = time.Now()
	if err := w.close(); err != nil || time.Since(at) != 0 {
		t.Errorf("it ended after %v: %v", time.Since(at), err)
	}
}

func TestADaemonThatLogsInAnewAndIsNotHeardOfIsAnOutageToo(t *testing.T) {
	synctest.Test(t, testLogsInAnew)
}
func testLogsInAnew(t *testing.T) {
	w := loseSession(t, nil)
	defer w.close()
	w.api.tells(fsm.SessionBack)
	w.says("正在登录")
	w.want("when it logs in anew", fsm.Reconnecting)
	after(10 * time.Minute)
	if w.has(fsm.SessionStillLost).Seq == 0 {
		t.Error("not told")
	}
	after(20*time.Minute + time.Second)
	w.want("when the time is over", fsm.Initializing)
}

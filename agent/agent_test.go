package agent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// fake is a daemon that the test talks through.
type fake struct {
	output chan []byte
	exit   chan agent.Exit
	deaf   map[syscall.Signal]bool // signals that do nothing

	orphans chan struct{} // closed when what it left behind has ended; nil if there is nothing. Set before it dies

	onSignal func() // called before a signal does anything; set while nothing happens

	mu      sync.Mutex // guards what follows, for the time of a copy
	typed   []string
	signals []syscall.Signal
}

func newFake() *fake {
	return &fake{output: make(chan []byte), exit: make(chan agent.Exit, 1), deaf: map[syscall.Signal]bool{}}
}

func (f *fake) Read(p []byte) (int, error) {
	b, ok := <-f.output
	if !ok {
		return 0, io.EOF
	}
	if b == nil {
		return 0, syscall.EIO // the terminal was closed, see hangUp
	}
	return copy(p, b), nil
}

func (f *fake) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.typed = append(f.typed, string(p))
	return len(p), nil
}

func (f *fake) Signal(s syscall.Signal) error {
	if f.onSignal != nil {
		f.onSignal()
	}
	f.mu.Lock()
	f.signals = append(f.signals, s)
	f.mu.Unlock()
	if !f.deaf[s] {
		e := agent.Exit{Signal: s}
		if s == syscall.SIGTERM {
			e = agent.Exit{}
		}
		f.die(e)
	}
	return nil
}

func (f *fake) Wait() agent.Exit { return <-f.exit }

func (f *fake) Close() (string, error) {
	if f.orphans != nil {
		<-f.orphans
		return "FutuOpenD (process 42)", nil
	}
	return "", nil
}

// hangUp closes the terminal of a daemon that lives on.
func (f *fake) hangUp() { f.output <- nil }

func (f *fake) die(e agent.Exit) {
	select {
	case f.exit <- e:
		close(f.output)
	default: // it is dead already
	}
}

func (f *fake) wasTyped() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.typed, "")
}

func (f *fake) wasSent() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return fmt.Sprint(f.signals)
}

// disk is a journal's disk that can be full.
type disk struct {
	mu   sync.Mutex
	text bytes.Buffer
	full error
}

func (d *disk) Append(b []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full == nil {
		d.text.Write(b)
	}
	return d.full
}

func (d *disk) Sync() error { d.mu.Lock(); defer d.mu.Unlock(); return d.full }

func (d *disk) fill(err error) { d.mu.Lock(); defer d.mu.Unlock(); d.full = err }

func (d *disk) String() string { d.mu.Lock(); defer d.mu.Unlock(); return d.text.String() }

// house is an agent that runs in a bubble, with daemons that the test makes up.
type house struct {
	t       *testing.T
	agent   *agent.Agent
	journal *fsm.Journal
	disk    *disk
	console bytes.Buffer

	device       string    // the fingerprint of Device.dat
	deviceErr    error     // why it cannot be read
	pictureAt    string    // where the daemon said that it is
	pictureAfter time.Time // what the latest picture had to be newer than

	mu      sync.Mutex
	refuse  error // the next launch fails with it
	typed   bool  // the latest launch was to ask for the password
	daemons []*fake
	starts  []time.Time

	stop context.CancelFunc
	done chan error
}

// open runs an agent; mend may change its config before.
func open(t *testing.T, mend func(*agent.Config)) *house {
	h := &house{t: t, disk: &disk{}, done: make(chan error, 1)}
	h.journal = fsm.NewJournal(h.disk)
	cfg := agent.Config{
		Version: "test", Launch: h.launch, Journal: h.journal, Log: zap.NewNop(), Console: &h.console,
		StartAtOnce: true, Supervise: true, Account: "100000001", Ledger: &fsm.Ledger{},
		Credentials: agent.Credentials{Login: "1111", Secrets: []string{"0123456789abcdef0123456789abcdef"}},
		Device:      func() (string, error) { return h.device, h.deviceErr },
		Picture: func(named string, after time.Time) ([]byte, error) {
			h.pictureAt, h.pictureAfter = named, after
			return []byte("PNG"), nil
		},
	}
	if mend != nil {
		mend(&cfg)
	}
	h.agent = agent.New(cfg)
	h.agent.Boot()
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	go func() { h.done <- h.agent.Run(ctx) }() // close waits for it
	synctest.Wait()
	return h
}

func (h *house) launch(typed bool) (agent.Process, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.typed = typed
	h.starts = append(h.starts, time.Now())
	if h.refuse != nil {
		return nil, h.refuse
	}
	f := newFake()
	h.daemons = append(h.daemons, f)
	return f, nil
}

func (h *house) refuseWith(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse = err
}

// close stops the agent and waits for it.
func (h *house) close() error {
	h.stop()
	return <-h.done
}

// daemon is the one that runs, or ran last.
func (h *house) daemon() *fake {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.daemons[len(h.daemons)-1]
}

func (h *house) started() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.starts)
}

// says makes the daemon print lines.
func (h *house) says(lines ...string) {
	for _, l := range lines {
		h.daemon().output <- []byte(l + "\r\n")
	}
	synctest.Wait()
}

func (h *house) dies(e agent.Exit) {
	h.daemon().die(e)
	synctest.Wait()
}

func (h *house) want(why string, s fsm.State) {
	h.t.Helper()
	synctest.Wait()
	if got := h.journal.Last().To; got != s {
		h.t.Fatalf("%s: state %s, want %s\n%s", why, got, s, h.disk)
	}
}

// after lets time pass and everything that comes of it happen.
func after(d time.Duration) {
	time.Sleep(d) // in the bubble this is no waiting
	synctest.Wait()
}

// refusal is the code of the refusal that err is, or empty.
func refusal(err error) string {
	if r, ok := errors.AsType[*fsm.Refusal](err); ok {
		return r.Code
	}
	return ""
}

func TestALoginWithACode(t *testing.T) { synctest.Test(t, testALoginWithACode) }
func testALoginWithACode(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.want("after the start", fsm.Initializing)
	h.says("正在登录", "需要手机验证码")
	h.want("when a code is wanted", fsm.AwaitingCode)
	if err := h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP); err != nil {
		t.Fatal(err)
	}
	h.want("when it was typed", fsm.Verifying)
	if got, want := h.daemon().wasTyped(), "input_phone_verify_code -code=123456\r"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
	h.says("登录成功")
	h.want("when it was right", fsm.Connected)
	if got := h.console.String(); !strings.Contains(got, "opend | 登录成功\n") {
		t.Errorf("the console shows %q", got)
	}
}

func TestAWrongCodeIsAskedForAgain(t *testing.T) { synctest.Test(t, testAWrongCodeIsAskedForAgain) }
func testAWrongCodeIsAskedForAgain(t *testing.T) {
	for _, answer := range []string{"验证码错误", "需要手机验证码", "Need a phone verification code"} {
		h := open(t, nil)
		h.says("需要手机验证码")
		h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP)
		if err := h.agent.SubmitCode(t.Context(), "222222", fsm.ByHTTP); refusal(err) != "code_pending" {
			t.Errorf("a second code while one is verified: %v", err)
		}
		h.says(answer)
		h.want("after "+answer, fsm.AwaitingCode)
		if err := h.agent.SubmitCode(t.Context(), "222222", fsm.ByHTTP); err != nil {
			t.Error(err)
		}
		if strings.Contains(h.disk.String(), "111111") || strings.Contains(h.console.String(), "111111") {
			t.Error("the code is in the journal or on the console")
		}
		h.close()
	}
}

func TestACodeThatNothingAnswersMayBeSentAgainAfterAMinute(t *testing.T) {
	synctest.Test(t, testACodeThatNothingAnswers)
}
func testACodeThatNothingAnswers(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码")
	h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP)
	after(time.Minute - 1)
	h.want("before the minute is over", fsm.Verifying)
	after(1)
	h.want("after a minute", fsm.AwaitingCode)
	if e := h.journal.Last(); e.Kind != fsm.CodeTimeout {
		t.Errorf("the journal has %s, want %s", e.Kind, fsm.CodeTimeout)
	}
}

func TestAnEarlyCodeIsHeldAndTheLastOneWins(t *testing.T) { synctest.Test(t, testAnEarlyCode) }
func testAnEarlyCode(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.StartAtOnce = false })
	defer h.close()
	h.want("before INIT", fsm.Idle)
	for _, code := range []string{"111111", "222222"} {
		if err := h.agent.SubmitCode(t.Context(), code, fsm.ByHTTP); err != nil {
			t.Fatal(err)
		}
	}
	h.agent.Init(t.Context(), true)
	h.says("需要手机验证码")
	h.want("when the held code was typed", fsm.Verifying)
	if got := h.daemon().wasTyped(); strings.Contains(got, "111111") || !strings.Contains(got, "222222") {
		t.Errorf("typed %q, want the last code", got)
	}
	// The request that the held code answered is marked, so that nobody is asked.
	if !strings.Contains(h.disk.String(), `"kind":"code_wanted","from":"initializing","to":"awaiting_code","held":true`) {
		t.Errorf("the journal does not say that the code was held:\n%s", h.disk)
	}
	h.says("验证码错误")
	h.want("a held code is used once", fsm.AwaitingCode)
	if strings.Contains(h.disk.String(), `"code_rejected","from":"verifying","to":"awaiting_code","held"`) {
		t.Error("the second request counts as answered")
	}
}

func TestAHeldCodeThatMayNotBeTypedIsAskedForInstead(t *testing.T) {
	synctest.Test(t, testAHeldCodeThatMayNotBeTyped)
}
func testAHeldCodeThatMayNotBeTyped(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码")
	h.typeTenCodes()
	h.says("正在登录", "请输入账号")
	h.agent.Restart(t.Context(), true)
	h.want("after the restart", fsm.Initializing)
	if err := h.agent.SubmitCode(t.Context(), "222222", fsm.ByHTTP); err != nil {
		t.Fatal(err)
	}
	h.says("需要手机验证码")
	h.want("when no more codes may be typed in this minute", fsm.AwaitingCode)
	e := h.journal.Last()
	for seq := e.Seq; e.Kind != fsm.CodeRefused && seq > 0; seq-- {
		e, _, _ = h.journal.Look(seq - 1)
	}
	if e.Kind != fsm.CodeRefused || e.Held || !e.Until.After(e.At) || e.Until.Sub(e.At) > time.Minute {
		t.Errorf("the journal has %+v, want that the code was refused, and until when", e)
	}
	if h.journal.Snapshot().Challenge.Held {
		t.Error("the challenge still counts as answered")
	}
	if strings.Contains(h.daemon().wasTyped(), "222222") {
		t.Error("the code was typed")
	}
}

func TestAHeldCodeGrowsTooOld(t *testing.T) { synctest.Test(t, testAHeldCodeGrowsTooOld) }
func testAHeldCodeGrowsTooOld(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP)
	after(5*time.Minute + 1)
	h.says("需要手机验证码")
	h.want("when the code is too old", fsm.AwaitingCode)
	if got := h.daemon().wasTyped(); got != "" {
		t.Errorf("typed %q", got)
	}
}

func TestACodeThatCannotBeUsedIsRefusedAndNotTyped(t *testing.T) { synctest.Test(t, testRefusedCodes) }
func testRefusedCodes(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码")
	for _, code := range []string{"", "123", "123456789", "12345\r", "1234\nexit", "１２３４", "undefined"} {
		if err := h.agent.SubmitCode(t.Context(), code, fsm.ByHTTP); refusal(err) != "code_invalid" {
			t.Errorf("%q: %v", code, err)
		}
	}
	h.says("登录成功")
	if err := h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP); refusal(err) != "code_not_wanted" {
		t.Errorf("when connected: %v", err)
	}
	if got := h.daemon().wasTyped(); got != "" {
		t.Errorf("typed %q", got)
	}
}

// waits lets daemons die n times, after what live does with each, and returns the pauses before the next starts.
func (h *house) waits(n int, live func()) (out []time.Duration) {
	for range n {
		live()
		h.dies(agent.Exit{Code: 1})
		died := time.Now()
		for before := h.started(); h.started() == before; {
			after(time.Second)
		}
		h.mu.Lock()
		out = append(out, h.starts[len(h.starts)-1].Sub(died))
		h.mu.Unlock()
	}
	return out
}

func TestADaemonThatNeverLoggedInIsStartedAgainSlowlyAndThenNotAtAllForHours(t *testing.T) {
	synctest.Test(t, testSlowLadder)
}
func testSlowLadder(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	got := h.waits(5, func() {})
	if want := "[5m0s 10m0s 20m0s 30m0s 30m0s]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
	h.dies(agent.Exit{Code: 1})
	h.want("after six starts", fsm.Halted)
	safe := h.starts[0].Add(3 * time.Hour)
	if e := h.journal.Last(); e.Kind != fsm.BudgetSpent || !e.Until.Equal(safe) {
		t.Errorf("got %s until %v, want %v", e.Kind, e.Until, safe)
	}
	after(time.Until(safe) - 1)
	h.want("before the time is over", fsm.Halted)
	after(1)
	h.want("three hours after the first start", fsm.Initializing)
}

func TestADaemonThatWorkedIsStartedAgainSoon(t *testing.T) { synctest.Test(t, testQuickLadder) }
func testQuickLadder(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	got := h.waits(3, func() { h.says("登录成功") })
	got = append(got, h.waits(1, func() { h.says("登录成功"); after(10*time.Minute - 1) })...)
	got = append(got, h.waits(1, func() { h.says("登录成功"); after(10 * time.Minute) })...)
	if want := "[1s 2s 4s 8s 1s]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v: ten minutes connected make a new beginning", got, want)
	}
}

func TestADaemonThatWasKilledIsStartedAgainSoon(t *testing.T) { synctest.Test(t, testKilledDaemon) }
func testKilledDaemon(t *testing.T) {
	for signal, want := range map[syscall.Signal]time.Duration{
		syscall.SIGKILL: time.Second, syscall.SIGTERM: time.Second,
		// A crash of its own while logging in is no reason to hurry.
		syscall.SIGSEGV: 5 * time.Minute, syscall.SIGABRT: 5 * time.Minute,
	} {
		h := open(t, nil)
		h.dies(agent.Exit{Signal: signal})
		h.want("when it is dead", fsm.Closed)
		if e := h.journal.Last(); e.Kind != fsm.RestartScheduled || e.Detail != want.String() {
			t.Errorf("%v: %s %s, want %v", signal, e.Kind, e.Detail, want)
		}
		after(want)
		h.want("after the wait", fsm.Initializing)
		h.close()
	}
}

func TestALoginFailureIsRetriedOrNotByItsClass(t *testing.T) { synctest.Test(t, testFailureClasses) }
func testFailureClasses(t *testing.T) {
	for line, want := range map[string]fsm.State{
		"登录失败,密码不匹配":                                                           fsm.Halted,
		"登录失败,登录出错已达上限":                                                        fsm.Halted,
		"Login failed,App version too low. Please upgrade":                     fsm.Halted,
		"Login failed,The account may be a moomoo ID. Before…":                 fsm.Halted,
		"登录失败,请先完成券商开户或更新版本后使用":                                                fsm.Halted,
		"未同意免責聲明":                                                              fsm.Halted,
		"Login failed,OpenAPI is available for users with accounts at FUTU HK": fsm.Halted,
		"登录失败,网络异常，请稍后再试":                                                      fsm.Closed,
		"登录失败,不知道为什么":                                                          fsm.Closed,
		"登录失败":                                                                 fsm.Closed,
	} {
		h := open(t, nil)
		h.says(line)
		h.want(line, want)
		h.says("登录失败", "Futu OpenD已退出")
		h.dies(agent.Exit{Code: 14})
		h.want("after the exit", want)
		after(5 * time.Minute)
		if again := h.started() == 2; again != (want == fsm.Closed) {
			t.Errorf("%s: started %d times", line, h.started())
		}
		after(48 * time.Hour)
		if want == fsm.Halted && h.started() != 1 {
			t.Errorf("%s: started again by itself", line)
		}
		if want == fsm.Halted {
			h.agent.Init(t.Context(), true)
			h.want("after a person's INIT", fsm.Initializing)
		}
		h.close()
	}
}

func TestALateReasonDecides(t *testing.T) { synctest.Test(t, testLateReason) }
func testLateReason(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("登录失败")
	h.want("without a reason", fsm.Closed)
	h.says("登录失败,密码不匹配")
	h.want("with the reason", fsm.Halted)
	h.dies(agent.Exit{Code: 14})
	after(time.Hour)
	if h.started() != 1 {
		t.Error("it was started again")
	}
}

func TestADaemonThatDoesNotLeaveIsStopped(t *testing.T) { synctest.Test(t, testLingeringDaemon) }
func testLingeringDaemon(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("登录失败,密码不匹配")
	after(2*time.Second - 1)
	if got := h.daemon().wasSent(); got != "[]" {
		t.Errorf("sent %s at once: the exit code is lost", got)
	}
	after(1)
	if got := h.daemon().wasSent(); got != "[terminated]" {
		t.Errorf("sent %s, want TERM", got)
	}
}

func TestADeafDaemonIsKilled(t *testing.T) { synctest.Test(t, testDeafDaemon) }
func testDeafDaemon(t *testing.T) {
	h := open(t, nil)
	h.daemon().deaf[syscall.SIGTERM] = true
	began := time.Now()
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if got := h.daemon().wasSent(); got != "[terminated killed]" {
		t.Errorf("sent %s, want TERM and KILL", got)
	}
	if took := time.Since(began); took != agent.Grace {
		t.Errorf("took %v, want %v", took, agent.Grace)
	}
}

func TestAnUndyingDaemonDoesNotHoldUpTheEnd(t *testing.T) { synctest.Test(t, testUndyingDaemon) }
func testUndyingDaemon(t *testing.T) {
	h := open(t, nil)
	h.daemon().deaf[syscall.SIGTERM], h.daemon().deaf[syscall.SIGKILL] = true, true
	began := time.Now()
	if err := h.close(); err == nil {
		t.Error("the end is told as if all were well")
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("took %v", took)
	}
	h.daemon().die(agent.Exit{}) // so that its reader ends with the test
}

func TestTheEndOfTheGatewayStopsTheDaemonAndSchedulesNothing(t *testing.T) {
	synctest.Test(t, testTheEnd)
}
func testTheEnd(t *testing.T) {
	h := open(t, nil)
	h.says("登录成功")
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if e := h.journal.Last(); e.Kind != fsm.Exited || e.To != fsm.Closed {
		t.Errorf("the journal ends with %s in %s", e.Kind, e.To)
	}
	if _, err := h.agent.Init(t.Context(), true); !errors.Is(err, agent.ErrStopped) {
		t.Errorf("INIT after the end: %v", err)
	}
}

func TestAnUnsupervisedDaemonStaysClosedUntilInit(t *testing.T) { synctest.Test(t, testUnsupervised) }
func testUnsupervised(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.Supervise = false })
	defer h.close()
	h.says("登录成功")
	h.dies(agent.Exit{Signal: syscall.SIGABRT})
	after(24 * time.Hour)
	h.want("a day later", fsm.Closed)
	h.agent.Init(t.Context(), true)
	h.want("after INIT", fsm.Initializing)
}

func TestInitStartsAtOnceWhereARestartIsScheduled(t *testing.T) { synctest.Test(t, testInitInClosed) }
func testInitInClosed(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.dies(agent.Exit{Code: 1})
	h.want("when it is dead", fsm.Closed)
	h.agent.Init(t.Context(), true)
	h.want("after INIT", fsm.Initializing)
	h.agent.Init(t.Context(), true)
	after(2 * time.Minute)
	if h.started() != 2 {
		t.Errorf("started %d times, want 2: INIT while one runs, and the old timer, do nothing", h.started())
	}
}

func TestInitWhileTheOldDaemonLeavesStartsTheNextAfterIt(t *testing.T) {
	synctest.Test(t, testInitWhileLeaving)
}
func testInitWhileLeaving(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("登录失败,密码不匹配")
	h.agent.Init(t.Context(), true)
	if h.started() != 1 {
		t.Fatal("two daemons run on one account")
	}
	h.dies(agent.Exit{Code: 14})
	h.want("when the old one is gone", fsm.Initializing)
}

func TestADaemonThatCannotBeStartedIsTriedAgainSlowly(t *testing.T) {
	synctest.Test(t, testCannotStart)
}
func testCannotStart(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.StartAtOnce = false })
	defer h.close()
	h.refuseWith(errors.New("no such file or directory"))
	h.agent.Init(t.Context(), true)
	h.want("when the program is not there", fsm.Closed)
	if !strings.Contains(h.disk.String(), `"kind":"start_failed","detail":"no such file or directory"`) {
		t.Errorf("the journal does not say why:\n%s", h.disk)
	}
	h.refuseWith(nil)
	after(5 * time.Minute)
	h.want("five minutes later", fsm.Initializing)
}

func TestNoLoginIsTriedThatCannotBeWrittenDown(t *testing.T) { synctest.Test(t, testFullDisk) }
func testFullDisk(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.StartAtOnce = false })
	defer h.close()
	full := errors.New("no space left on device")
	h.disk.fill(full)
	h.agent.Init(t.Context(), true)
	h.want("with a full disk", fsm.Closed)
	if h.started() != 0 {
		t.Fatal("an attempt was spent")
	}
	h.disk.fill(nil)
	after(5 * time.Minute)
	h.want("with room again", fsm.Initializing)

	h.says("需要手机验证码")
	h.disk.fill(full)
	if err := h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP); refusal(err) != "journal_unwritable" {
		t.Errorf("a code with a full disk: %v", err)
	}
	// The account stays logged in: a full disk must not cost a session.
	h.says("登录成功")
	after(time.Minute)
	h.want("connected with a full disk", fsm.Connected)
	h.disk.fill(nil)
	after(time.Second)
	if !strings.Contains(h.disk.String(), `"kind":"logged_in"`) {
		t.Error("what happened meanwhile is lost")
	}
}

func TestAThrottledDaemonIsLeftAloneForHours(t *testing.T) { synctest.Test(t, testSilence) }
func testSilence(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("API监听地址: 127.0.0.1:11111")
	after(time.Minute - 1)
	if e := h.lastOf(fsm.Throttle); e.Seq != 0 {
		t.Error("told too early")
	}
	after(1)
	if e := h.lastOf(fsm.Throttle); e.Seq == 0 || !strings.Contains(e.Detail, "API监听地址") {
		t.Errorf("after a minute the journal has %s %q, want the silence and the last lines", e.Kind, e.Detail)
	}
	after(3*time.Hour - 1)
	h.want("hours later", fsm.Initializing)
	if h.started() != 1 || h.daemon().wasTyped() != "" || h.daemon().wasSent() != "[]" {
		t.Error("a throttled daemon was disturbed; each start makes the wait longer")
	}
	after(1)
	h.want("when the broker has forgotten", fsm.Closed)
}

func TestTheNextRunGoesOnWithTheJournal(t *testing.T) { synctest.Test(t, testSecondRun) }
func testSecondRun(t *testing.T) {
	first := open(t, nil)
	first.says("登录成功")
	first.close()
	second := open(t, func(c *agent.Config) {
		_, err := fsm.ReadJournal(strings.NewReader(first.disk.String()), func(e fsm.Entry) error {
			c.Journal.Recall(e)
			c.Ledger.Note(e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	second.says("登录成功")
	second.close()
	var all []fsm.Entry
	whole := io.MultiReader(strings.NewReader(first.disk.String()), strings.NewReader(second.disk.String()))
	if _, err := fsm.ReadJournal(whole, func(e fsm.Entry) error { all = append(all, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := fsm.Replay(all); err != nil {
		t.Error(err)
	}
	if int(all[len(all)-1].Seq) != len(all) {
		t.Errorf("%d entries end with seq %d", len(all), all[len(all)-1].Seq)
	}
}

func TestALineThatNoRuleKnowsIsListed(t *testing.T) { synctest.Test(t, testUnknown) }
func testUnknown(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("谁也不认识 1")
	h.says("登录成功")
	h.says("谁也不认识 2")
	got := h.agent.Unknown()
	if len(got) != 1 || got[0].Text != "谁也不认识 1" || got[0].Count != 2 || !got[0].Last.Equal(time.Now()) || h.agent.Counts().Unknown != 2 {
		t.Errorf("got %+v", got)
	}
}

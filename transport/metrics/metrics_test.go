package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/metrics"
)

func TestASessionIsCounted(t *testing.T) { synctest.Test(t, testSession) }
func testSession(t *testing.T) {
	h := open(t, nil)
	defer h.run()()
	h.happens(fsm.Boot)
	after(time.Second)
	h.happens(fsm.Start)
	after(2 * time.Second)
	h.happens(fsm.CodeWanted)
	after(30 * time.Second)
	h.happens(fsm.CodeTyped, fsm.CodeRejected, fsm.CodeTyped)
	after(time.Second)
	h.happens(fsm.CaptchaWanted, fsm.CaptchaTyped)
	after(500 * time.Millisecond)
	h.happens(fsm.LoggedIn)
	after(time.Minute)

	f := h.scrape()
	f.want(t, "the state", "state", figures{`state{state="connected"}`: 1})
	f.want(t, "the time", "state_seconds_total", figures{
		`state_seconds_total{state="idle"}`: 1, `state_seconds_total{state="initializing"}`: 2,
		`state_seconds_total{state="awaiting_code"}`: 30, `state_seconds_total{state="verifying"}`: 1.5,
		`state_seconds_total{state="connected"}`: 60,
	})
	f.want(t, "starts", "starts_total", figures{"starts_total": 1})
	f.want(t, "logins", "logins_total", figures{`logins_total{class="none",outcome="succeeded"}`: 1})
	f.want(t, "codes", "codes_total", figures{`codes_total{result="rejected"}`: 2})
	f.want(t, "captchas", "captchas_total", figures{`captchas_total{result="accepted"}`: 1})

	h.happens(fsm.SessionLost)
	after(5 * time.Second)
	h.happens(fsm.SessionBack, fsm.KickedOut, fsm.LoginFailed, fsm.Exited)
	f = h.scrape()
	f.want(t, "the state after the end", "state", figures{`state{state="closed"}`: 1})
	f.want(t, "logins after the end", "logins_total", figures{
		`logins_total{class="none",outcome="succeeded"}`: 1, `logins_total{class="kicked_out",outcome="ended"}`: 1,
	})
	if got := f[`state_seconds_total{state="reconnecting"}`]; got != 5 {
		t.Errorf("%v seconds of reconnecting, want 5", got)
	}
}

func TestAFailedLoginIsCountedOnceByItsReason(t *testing.T) { synctest.Test(t, testFailures) }
func testFailures(t *testing.T) {
	for _, x := range []struct {
		name   string
		events []fsm.Kind // after a start
		want   figures
	}{
		{"a class", []fsm.Kind{fsm.NetworkFailed, fsm.Exiting, fsm.Exited}, figures{`logins_total{class="network_failed",outcome="failed"}`: 1}},
		{"no reason", []fsm.Kind{fsm.LoginFailed, fsm.Exited}, figures{`logins_total{class="login_failed",outcome="failed"}`: 1}},
		{"no reason, and another start", []fsm.Kind{fsm.LoginFailed, fsm.Start}, figures{`logins_total{class="login_failed",outcome="failed"}`: 1}},
		{"a reason that may follow", []fsm.Kind{fsm.LoginFailed}, figures{}},
		{"a reason that follows", []fsm.Kind{fsm.LoginFailed, fsm.PasswordWrong, fsm.Exited}, figures{`logins_total{class="password_wrong",outcome="failed"}`: 1}},
		{"several lines", []fsm.Kind{fsm.AccountLocked, fsm.LoginFailed, fsm.PasswordWrong, fsm.Exited}, figures{`logins_total{class="account_locked",outcome="failed"}`: 1}},
		{"two starts", []fsm.Kind{fsm.Hung, fsm.Exited, fsm.Start, fsm.Throttled, fsm.Exited}, figures{
			`logins_total{class="hung",outcome="failed"}`: 1, `logins_total{class="throttled",outcome="failed"}`: 1,
		}},
		{"a login of the daemon's own", []fsm.Kind{fsm.LoggedIn, fsm.LoggingIn, fsm.NetworkFailed, fsm.Exited}, figures{
			`logins_total{class="none",outcome="succeeded"}`: 1, `logins_total{class="network_failed",outcome="failed"}`: 1,
		}},
		{"an exit", []fsm.Kind{fsm.Exited}, figures{}},
		{"what only looks like a failure", []fsm.Kind{fsm.CodeRejected, fsm.Throttle, fsm.Silence}, figures{}},
	} {
		h := open(t, nil)
		h.happens(fsm.Boot, fsm.Start)
		h.happens(x.events...)
		h.scrape().want(t, x.name, "logins_total", x.want)
	}
}

func TestWhatBecomesOfEachCodeIsCounted(t *testing.T) { synctest.Test(t, testCodes) }
func testCodes(t *testing.T) {
	h := open(t, nil)
	h.happens(fsm.Boot, fsm.CodeHeld, fsm.CodeDropped, fsm.Start, fsm.CodeWanted)
	h.happens(fsm.CodeTyped, fsm.CodeTimeout, fsm.CodeTyped, fsm.CodeNotTyped, fsm.CodeTyped, fsm.CodeRejected, fsm.CodeTyped, fsm.LoggedIn)
	h.happens(fsm.LoggingIn, fsm.CaptchaWanted, fsm.CaptchaTyped, fsm.CaptchaTimeout, fsm.CaptchaTyped, fsm.CaptchaRejected)
	f := h.scrape()
	f.want(t, "codes", "codes_total", figures{
		`codes_total{result="expired"}`: 1, `codes_total{result="timeout"}`: 1, `codes_total{result="refused"}`: 1,
		`codes_total{result="rejected"}`: 1, `codes_total{result="accepted"}`: 1,
	})
	f.want(t, "captchas", "captchas_total", figures{`captchas_total{result="timeout"}`: 1, `captchas_total{result="rejected"}`: 1})
}

func TestEveryLabelIsThereFromTheFirstScrape(t *testing.T) { synctest.Test(t, testLabels) }
func testLabels(t *testing.T) {
	f := open(t, nil).scrape()
	for _, s := range fsm.States() {
		for _, name := range []string{"state", "state_seconds_total"} {
			if _, ok := f[fmt.Sprintf("%s{state=%q}", name, s)]; !ok {
				t.Errorf("%s has no %s", name, s)
			}
		}
	}
	if len(fsm.States()) != 10 {
		t.Errorf("there are %d states", len(fsm.States()))
	}
	for _, p := range fsm.Parts() {
		if _, ok := f[fmt.Sprintf("missing{part=%q}", p)]; !ok {
			t.Errorf("missing has no %s", p)
		}
	}
	for _, r := range fsm.Results() {
		if _, ok := f[fmt.Sprintf("codes_total{result=%q}", r)]; !ok {
			t.Errorf("codes_total has no %s", r)
		}
	}
	logins := 0
	for name := range f {
		if strings.HasPrefix(name, "logins_total{") {
			logins++
		}
	}
	if want := len(fsm.Failures()) + 1; logins != want {
		t.Errorf("logins_total has %d labels, want %d", logins, want)
	}
	f.want(t, "the state before anything", "state", figures{`state{state="idle"}`: 1})
}

func TestReadyIsProven(t *testing.T) { synctest.Test(t, testReady) }
func testReady(t *testing.T) {
	h := open(t, nil)
	want := func(why string, ready, age float64, missing string) {
		t.Helper()
		f := h.scrape()
		lacks := figures{}
		if missing != "" {
			lacks[`missing{part="`+missing+`"}`] = 1
		}
		f.want(t, why, "missing", lacks)
		if f["ready"] != ready || f["proof_age_seconds"] != age && !(math.IsNaN(age) && math.IsNaN(f["proof_age_seconds"])) {
			t.Errorf("%s: ready is %v and the proof's age %v, want %v and %v", why, f["ready"], f["proof_age_seconds"], ready, age)
		}
	}
	h.happens(fsm.Boot, fsm.Start)
	want("while it logs in", 0, math.NaN(), "login")
	h.happens(fsm.LoggedIn)
	want("when nobody has asked the API", 0, math.NaN(), "connect")
	h.tells(fsm.Event{Kind: fsm.APILost, Part: fsm.PartQuotes, Detail: "not logged in"})
	want("when it is not logged in", 0, math.NaN(), "quotes")
	h.proven = time.Now()
	h.happens(fsm.APIReady, fsm.TradeReady)
	after(20 * time.Second)
	want("when it is proven", 1, 20, "")
	if h.scrape()["trade_ready"] != 1 {
		t.Error("trading is not told")
	}
	after(fsm.ProofFor)
	want("when the proof is old", 0, 80, "proof")
	h.proven = time.Time{}
	h.happens(fsm.Exited)
	want("when it is gone", 0, math.NaN(), "login")
}

func TestTheTroubleIsToldByItsReasonAndForHowLong(t *testing.T) { synctest.Test(t, testTrouble) }
func testTrouble(t *testing.T) {
	h := open(t, nil)
	want := func(why, class string, seconds, told float64) {
		t.Helper()
		f, classes := h.scrape(), figures{}
		if class != "" {
			classes[`trouble{class="`+class+`"}`] = 1
		}
		f.want(t, why, "trouble", classes)
		if f["trouble_seconds"] != seconds || f["trouble_told"] != told {
			t.Errorf("%s: for %v s, told %v, want %v and %v", why, f["trouble_seconds"], f["trouble_told"], seconds, told)
		}
	}
	want("before anything", "", 0, 0)
	h.happens(fsm.Boot, fsm.Start, fsm.NetworkFailed)
	after(time.Minute)
	want("after a network failure", "network_failed", 60, 0)
	h.tells(fsm.Event{Kind: fsm.TroubleTold, Of: fsm.NetworkFailed})
	want("when a person was told", "network_failed", 60, 1)
	h.happens(fsm.Start, fsm.LoggedIn, fsm.APIReady, fsm.TroubleOver)
	h.proven = time.Now()
	want("when it is proven", "", 0, 0)
	after(fsm.ProofFor + 5*time.Second)
	want("when the proof is old", "api_lost", 5, 0)
	for _, k := range fsm.Grounds() {
		if _, ok := h.scrape()[fmt.Sprintf("trouble{class=%q}", k)]; !ok {
			t.Errorf("trouble has no %s", k)
		}
	}
}

func TestWhatOthersCountIsTold(t *testing.T) { synctest.Test(t, testOthers) }
func testOthers(t *testing.T) {
	f := open(t, nil).scrape()
	want := figures{
		"budget_starts_left": 5, "budget_failed_logins_left": 2, "lines_total": 40, "unknown_lines_total": 3,
		"journal_size_bytes": 4096, "journal_write_failures_total": 1, "clients": 7, "wrong_tokens_total": 6,
		`notifications_total{result="sent"}`: 11, `notifications_total{result="given_up"}`: 12,
		`notifications_total{result="dropped"}`: 13, "notification_failed_tries_total": 14,
		`gate_open{door="api"}`: 1, `gate_open{door="websocket"}`: 0, `gate_clients{door="api"}`: 15, `gate_connections_total{door="api"}`: 16,
		`gate_refused_total{door="api",reason="address"}`: 17, `gate_refused_total{door="api",reason="full"}`: 18,
		`gate_bytes_total{direction="from_clients",door="api"}`: 19, `gate_bytes_total{direction="to_clients",door="api"}`: 20,
	}
	for name, want := range want {
		if got, ok := f[name]; !ok || got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func TestWhatCannotBeToldIsNoNumber(t *testing.T) { synctest.Test(t, testUnknown) }
func testUnknown(t *testing.T) {
	h := open(t, func(c *metrics.Config) {
		c.JournalSize = func() (int64, error) { return 0, errors.New("no such folder") }
		c.Budget = func(ctx context.Context) (int, int, error) { <-ctx.Done(); return 0, 0, ctx.Err() } // the loop is busy
	})
	began := time.Now()
	f := h.scrape()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the scrape took %v", took)
	}
	for _, name := range []string{"journal_size_bytes", "budget_starts_left", "budget_failed_logins_left"} {
		if got, ok := f[name]; !ok || !math.IsNaN(got) {
			t.Errorf("%s is %v", name, got)
		}
	}
}

func TestNothingIsMissedBetweenScrapesThatAreFarApart(t *testing.T) { synctest.Test(t, testFarApart) }
func testFarApart(t *testing.T) {
	h := open(t, nil)
	stop := h.run()
	h.happens(fsm.Boot)
	for range 3 * fsm.Window / 2 {
		h.happens(fsm.Start, fsm.Exited)
	}
	h.scrape().want(t, "after more than the journal keeps", "starts_total", figures{"starts_total": 3 * fsm.Window / 2})
	stop()
	h.happens(fsm.Start)
	h.scrape().want(t, "when nobody runs them", "starts_total", figures{"starts_total": 3*fsm.Window/2 + 1})
}

func TestWhoeverFellBehindTellsTheRightState(t *testing.T) { synctest.Test(t, testBehind) }
func testBehind(t *testing.T) {
	h := open(t, nil) // nobody runs it
	h.proven = time.Now()
	h.happens(fsm.Boot)
	h.scrape()
	after(3 * time.Second)
	h.happens(fsm.Start, fsm.LoggedIn, fsm.APIReady)
	for range fsm.Window {
		h.tells(fsm.Event{Kind: fsm.QuoteRight})
	}
	f := h.scrape()
	f.want(t, "the state", "state", figures{`state{state="connected"}`: 1})
	f.want(t, "being ready", "ready", figures{"ready": 1})
	f.want(t, "what left the window", "starts_total", figures{})
	after(2 * time.Second)
	h.scrape().want(t, "the time", "state_seconds_total", figures{`state_seconds_total{state="idle"}`: 3, `state_seconds_total{state="connected"}`: 2})
}

func TestEarlierRunsAreNotCounted(t *testing.T) { synctest.Test(t, testEarlier) }
func testEarlier(t *testing.T) {
	h := open(t, nil)
	h.happens(fsm.Boot, fsm.Start, fsm.CodeWanted, fsm.CodeTyped)
	h.metrics = metrics.New(h.config(nil)) // the next run, on the same journal
	defer h.run()()
	after(time.Second)
	h.happens(fsm.Boot)
	after(2 * time.Second)
	f := h.scrape()
	f.want(t, "starts", "starts_total", figures{})
	f.want(t, "codes", "codes_total", figures{})
	f.want(t, "the time", "state_seconds_total", figures{`state_seconds_total{state="idle"}`: 2})
}

func TestNothingThatTheDaemonSaysIsTold(t *testing.T) { synctest.Test(t, testQuiet) }
func testQuiet(t *testing.T) {
	h := open(t, nil)
	h.happens(fsm.Boot, fsm.Start)
	for _, k := range append(fsm.Failures(), fsm.APILost, fsm.Account, fsm.CodeNotSent) {
		h.tells(fsm.Event{Kind: k, Detail: "account 100000001", Part: "a part that nobody knows", Login: "beef"})
		h.tells(fsm.Event{Kind: fsm.Start, Detail: "account 100000001"})
	}
	answer := httptest.NewRecorder()
	h.metrics.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, said := range []string{"100000001", "nobody knows", "beef"} {
		if strings.Contains(answer.Body.String(), said) {
			t.Errorf("a scrape has %q", said)
		}
	}
}

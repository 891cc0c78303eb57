package main

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/words"
)

func TestAPictureInTheFolderOfTheProgramIsServed(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha-elsewhere", "-generation=9"), "FUTU_LANG=chs")
	c := p.connect()
	c.want("when a picture is to be read", `{"type":"REQUEST_CAPTCHA"}`)
	if png := p.picture(); !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("the picture begins with %.8q", png)
	}
	resp, err := http.Get("http://" + p.address + "/captcha.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "image/png" {
		t.Errorf("its type is %q", got)
	}
	p.post("/captcha", `{"answer":"`+opendsim.Captcha+`"}`)
	c.want("after the right answer", connected)
}

func TestTheLogOfADaemonThatSaysNothingTellsItsStatus(t *testing.T) {
	began := time.Now()
	program := script(t, "-scenario=silent-code", "-auto_sms=0")
	p := start(t, "FUTU_CMD="+program, "FUTU_LOG_LEVEL=info")
	p.happened(fsm.LoggingIn, 0)
	c := daemon.Config{Folder: daemon.Folder{Home: filepath.Dir(program)}}
	for limit := time.Now().Add(testbed.Patience); c.Status(began) != "NeedPhoneVerifyCode"; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("its log says %q", c.Status(began))
		}
	}
	if code, _ := p.End(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// shown is a state as GET /status tells it.
type shown struct {
	State     fsm.State
	Since     time.Time
	Next      time.Time `json:"next_start"`
	Halted    *struct{ Class, Detail, Advice string }
	Challenge *struct{ Again time.Time }
}

func (p *process) shown() (s shown) {
	p.t.Helper()
	_, body := p.asks("/status")
	if err := json.Unmarshal([]byte(body), &s); err != nil {
		p.t.Fatalf("%v: %s", err, body)
	}
	return s
}

// said is the message that came.
func said(t *testing.T, messages <-chan string) string {
	t.Helper()
	select {
	case got := <-messages:
		return got
	case <-time.After(patience):
		t.Fatal("no message came")
		panic("unreachable")
	}
}

// speaking starts a gateway whose daemon plays a scenario in a language, and takes the messages.
func speaking(t *testing.T, lang, scenario string, flags ...string) (p *process, messages <-chan string) {
	t.Helper()
	url, messages := mailbox(t)
	flags = append([]string{"-scenario=" + scenario, "-generation=" + map[string]string{"chs": "9", "en": "10"}[lang]}, flags...)
	return start(t, "FUTU_CMD="+script(t, flags...), "FUTU_LANG="+lang, "NOTIFY_URLS="+url), messages
}

// bothWays runs a test with a daemon of each language, and gives it the language of the sentences too.
func bothWays(t *testing.T, test func(t *testing.T, daemon, person string)) {
	for daemon, person := range map[string]string{"chs": words.Chinese, "en": words.English} {
		t.Run(daemon, func(t *testing.T) {
			t.Parallel()
			test(t, daemon, person)
		})
	}
}

func TestAWrongCodeIsToldAtOnceInBothLanguages(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, messages := speaking(t, daemon, "sms-wrong", "-auto_sms=1")
		if got := said(t, messages); !strings.HasPrefix(got, words.Text(person, "says.awaiting_code")) {
			t.Errorf("the message is %q", got)
		}
		p.happened(fsm.CodeSent, 0)
		wanted := p.happened(fsm.CodeWanted, 0)
		p.post("/code", `{"code":"`+opendsim.Code+`"}`)
		wrong := p.happened(fsm.CodeRejected, wanted.Seq)
		if wrong.From != fsm.Verifying || wrong.To != fsm.AwaitingCode {
			t.Errorf("a wrong code: %s to %s", wrong.From, wrong.To)
		}
		p.post("/code", `{"code":"`+opendsim.Code+`"}`)
		p.happened(fsm.LoggedIn, wrong.Seq)
	})
}

func TestAfterACodeThatIsVoidOnlyAnotherSMSHelps(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, _ := speaking(t, daemon, "sms-void", "-auto_sms=1")
		p.happened(fsm.CodeSent, 0)
		p.post("/code", `{"code":"`+opendsim.Code+`"}`)
		void := p.happened(fsm.CodeVoid, 0)
		if void.To != fsm.AwaitingCode || words.Text(person, "event.code_void") == "" {
			t.Errorf("a void code leads to %s", void.To)
		}
		s := p.shown()
		if s.State != fsm.AwaitingCode || s.Challenge == nil || !s.Challenge.Again.After(void.At) {
			t.Errorf("it does not tell when another SMS may be asked for: %+v", s.Challenge)
		}
		if code := p.post("/resend", ""); code != http.StatusTooManyRequests {
			t.Errorf("another SMS within a minute: %d", code)
		}
	})
}

func TestAnSMSThatIsNotSentSaysWhenOneMayBeAskedFor(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, _ := speaking(t, daemon, "sms-refused", "-wait=300", "-auto_sms=1")
		refused := p.happened(fsm.CodeNotSent, 0)
		if wait := refused.Until.Sub(refused.At); wait < 300*time.Second || wait > 302*time.Second {
			t.Errorf("the daemon named 300 seconds, and the wait is %v", wait)
		}
		if s := p.shown(); s.State != fsm.AwaitingCode || s.Challenge == nil || !s.Challenge.Again.Equal(refused.Until) {
			t.Errorf("got %+v, want another SMS at %v", s.Challenge, refused.Until)
		}
		// Whoever reads that a code is wanted would look for an SMS that is not on its way.
		p.says(0, words.Text(person, "event.code_not_sent"), "status")
		if code := p.post("/resend", ""); code != http.StatusTooManyRequests {
			t.Errorf("another SMS before that: %d", code)
		}
	})
}

func TestTooManyLoginsAreWaitedForAsLongAsTheDaemonSays(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, _ := speaking(t, daemon, "too-many", "-wait=36")
		refused := p.happened(fsm.Throttled, 0)
		if wait := refused.Until.Sub(refused.At); wait < 36*time.Minute || wait > 38*time.Minute {
			t.Errorf("the daemon named 36 minutes, and the wait is %v", wait)
		}
		p.happened(fsm.RestartScheduled, refused.Seq)
		if s := p.shown(); s.State != fsm.Closed || s.Next.Before(refused.Until) {
			t.Errorf("%s until %v, want closed until %v", s.State, s.Next, refused.Until)
		}
	})
}

func TestAQuestionnaireIsToldWithItsLink(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, messages := speaking(t, daemon, "agreement")
		got := said(t, messages)
		halted := p.happened(fsm.AgreementMissing, 0)
		for _, want := range []string{words.Text(person, "event.agreement_missing"), words.Text(person, "advice.agreement_missing"), "https://"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in the message:\n%s", want, got)
			}
		}
		s := p.shown()
		if s.State != fsm.Halted || s.Halted == nil || s.Halted.Class != "agreement_missing" || !strings.Contains(s.Halted.Detail, "https://") || s.Halted.Detail != halted.Detail {
			t.Errorf("got %+v", s.Halted)
		}
	})
}

func TestWhoIsThrownOutByAChangedPasswordIsTold(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, messages := speaking(t, daemon, "password-changed")
		got := said(t, messages)
		for _, want := range []string{words.Text(person, "event.password_changed"), words.Text(person, "advice.password_changed")} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in the message:\n%s", want, got)
			}
		}
		if e := p.happened(fsm.PasswordNewer, 0); !in(e.From) || e.To != fsm.Halted {
			t.Errorf("from %s to %s", e.From, e.To)
		}
		if s := p.shown(); s.State != fsm.Halted || s.Halted == nil || s.Halted.Class != "password_changed" {
			t.Errorf("got %+v", s)
		}
	})
}

func TestAnAccountThatLoggedInElsewhereIsNotPulledBackAtOnce(t *testing.T) {
	bothWays(t, func(t *testing.T, daemon, person string) {
		p, _ := speaking(t, daemon, "kicked-out")
		e := p.happened(fsm.KickedOut, 0)
		if !in(e.From) || e.To.Live() {
			t.Errorf("from %s to %s", e.From, e.To)
		}
		p.happened(fsm.RestartScheduled, e.Seq)
		if s := p.shown(); s.State.Live() || s.Next.Before(e.At.Add(10*time.Minute)) {
			t.Errorf("%s, and started again at %v", s.State, s.Next)
		}
	})
}

func TestAConnectionThatIsLostAndBackIsTold(t *testing.T) {
	for scenario, want := range map[string]struct {
		lost, back fsm.Kind
		state      fsm.State // while it is lost
	}{
		"quotes-lost": {fsm.SessionLost, fsm.SessionBack, fsm.Reconnecting},
		"trade-lost":  {fsm.TradeLost, fsm.TradeReady, fsm.Connected},
		// The line does not say which; the API is asked at once, and says that quotes are lost.
		"connection-lost": {fsm.LinkLost, fsm.LinkBack, fsm.Connected},
	} {
		bothWays(t, func(t *testing.T, daemon, person string) {
			t.Run(scenario, func(t *testing.T) {
				p, _ := speaking(t, daemon, scenario, "-pace=10ms")
				lost := p.happened(want.lost, p.happened(fsm.LoggedIn, 0).Seq)
				if lost.To != want.state && lost.From != fsm.Reconnecting { // the API may have told it first
					t.Errorf("%s leads to %s", lost.Kind, lost.To)
				}
				p.happened(want.back, lost.Seq)
				for limit := time.Now().Add(patience); p.shown().State != fsm.Connected; {
					if time.Now().After(limit) {
						t.Fatalf("it is %s in the end", p.shown().State)
					}
				}
				if n := p.kinds(fsm.Start); n != 1 {
					t.Errorf("%d starts for it", n)
				}
			})
		})
	}
}

// in reports whether an account was logged in until now: the API may tell before the terminal that its session is lost.
func in(s fsm.State) bool { return s == fsm.Connected || s == fsm.Reconnecting }

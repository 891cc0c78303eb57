package inbox

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/notify"
	"github.com/ostai/futuopend-gateway/transport/sms"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// token is the bot's. It may be seen nowhere.
const token = "123456:TopSecret42"

// noDisk keeps nothing.
type noDisk struct{}

func (noDisk) Append([]byte) error { return nil }
func (noDisk) Sync() error         { return nil }

// desk is what stands behind an inbox: a journal, and commands that are noted.
type desk struct {
	t       *testing.T
	journal *fsm.Journal
	machine *fsm.Machine
	logged  *observer.ObservedLogs
	lines   chan string
	bounded bool // in what is written and answered

	writing sync.Mutex // guards the writing of the journal

	mu      sync.Mutex // guards what follows
	orders  []string
	refuse  map[string]*fsm.Refusal // by path
	picture []byte
}

func newDesk(t *testing.T) *desk {
	return &desk{t: t, journal: fsm.NewJournal(noDisk{}), machine: fsm.NewMachine(fsm.Idle), lines: make(chan string, 1024), refuse: map[string]*fsm.Refusal{}}
}

// tell writes entries as of a time from now on.
func (d *desk) tell(in time.Duration, events ...fsm.Event) {
	d.writing.Lock()
	defer d.writing.Unlock()
	for _, e := range events {
		from, to := d.machine.Apply(e)
		d.journal.Append(time.Now().Add(in), from, to, false, e)
	}
	if err := d.journal.Flush(); err != nil {
		d.t.Error(err)
	}
}

func (d *desk) kinds(kinds ...fsm.Kind) {
	for _, k := range kinds {
		d.tell(0, fsm.Event{Kind: k})
	}
}

func (d *desk) obey(_ context.Context, path, text string, again bool, by fsm.By) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if path == "/code" {
		found, err := sms.Find(text)
		if err != nil {
			return "", &fsm.Refusal{Code: "code_invalid", Message: err.Error()}
		}
		text = found.Code
	}
	d.orders = append(d.orders, fmt.Sprint(path, " ", text, " ", again, " ", by))
	if r := d.refuse[path]; r != nil {
		return "", r
	}
	switch path {
	case "/code":
		d.tell(0, fsm.Event{Kind: fsm.CodeTyped, By: by})
	case "/captcha":
		d.tell(0, fsm.Event{Kind: fsm.CaptchaTyped, By: by})
	}
	return "", nil
}

func (d *desk) show(context.Context) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.picture == nil {
		return nil, &fsm.Refusal{Code: "picture_missing"}
	}
	return d.picture, nil
}

// took are the commands that came, and are forgotten then.
func (d *desk) took() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := strings.Join(d.orders, "; ")
	d.orders = nil
	return out
}

// open runs an inbox until the test ends, and then looks for secrets in its log.
func (d *desk) open(urls ...string) *Inbox {
	d.t.Helper()
	var targets []notify.Target
	for _, raw := range urls {
		found, err := notify.Targets(raw)
		if err != nil {
			d.t.Fatal(err)
		}
		for i := range found {
			found[i].Listens = true
		}
		targets = append(targets, found...)
	}
	core, logged := observer.New(zap.DebugLevel)
	d.logged = logged
	log := zap.New(core, zap.Hooks(func(e zapcore.Entry) error { d.lines <- e.Message; return nil }))
	in := New(Config{Journal: d.journal, Log: log, Targets: targets, Lang: "en", Account: "12345678", Obey: d.obey, Picture: d.show})
	quick := waits{[]time.Duration{time.Millisecond}, time.Millisecond, time.Millisecond, time.Millisecond}
	for _, b := range in.bots {
		b.waits = quick
		if !d.bounded {
			b.texts.size, b.answers.size = 1000, 1000
		}
	}
	for _, t := range in.topics {
		t.waits = quick
	}
	ctx, cancel := context.WithCancel(d.t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); in.Run(ctx) }()
	d.t.Cleanup(func() {
		cancel()
		<-ended
		for _, e := range logged.All() {
			line := fmt.Sprint(e.Message, e.ContextMap())
			for _, secret := range []string{"TopSecret42", "314159", "marker", "127.0.0.1"} {
				if strings.Contains(line, secret) {
					d.t.Errorf("the log has %q: %s", secret, line)
				}
			}
		}
	})
	return in
}

// until waits for a line of the log.
func (d *desk) until(name string) {
	d.t.Helper()
	for limit := time.After(testbed.Patience); ; {
		select {
		case got := <-d.lines:
			if got == name {
				return
			}
		case <-limit:
			d.t.Fatalf("the log does not say %q: %v", name, d.logged.All())
		}
	}
}

func says(key string, pairs ...string) string { return words.Text(words.English, key, pairs...) }

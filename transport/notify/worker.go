package notify

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// sendWithin bounds one try. A server that needs longer would not be in time for a code either.
var sendWithin = 10 * time.Second

// pauses are the waits between the tries: three tries in about a minute, which a server that is being
// restarted survives. An SMS code is not valid for much longer.
var pauses = []time.Duration{15 * time.Second, 45 * time.Second}

// knownWithin bounds how long the outcome of a send that did not return in time is waited for: longer than
// a connection takes that cannot be made.
const knownWithin = 2 * time.Minute

// maxHanging bounds the sends to one target that did not return in time and cannot be stopped, as the
// library takes no context. Beyond it nothing is sent to that target until one of them returns.
const maxHanging = 3

// worker sends to one target, one message at a time. Its goroutine alone receives from next, the
// notifier's alone sends to it.
type worker struct {
	target Target
	log    *zap.Logger
	counts *counters
	next   chan message         // has room for one, so the latest wins; an empty one takes back the one before
	begun  map[string]time.Time // when the last message about each thing was first tried; run's goroutine alone uses it
	busy   chan struct{}        // has one element for each send that runs
}

func newWorker(t Target, log *zap.Logger, counts *counters) *worker {
	return &worker{target: t, log: log, counts: counts, next: make(chan message, 1), begun: map[string]time.Time{}, busy: make(chan struct{}, maxHanging)}
}

// offer replaces what waits to be sent. It never blocks.
func (w *worker) offer(m message) {
	select {
	case old := <-w.next:
		if m.leaves(old) {
			m = old
		} else {
			w.drop(old)
		}
	default:
	}
	w.next <- m
}

func (w *worker) run(ctx context.Context) {
	for {
		select {
		case m := <-w.next:
			for !m.empty() {
				m = w.deliver(ctx, m)
			}
		case <-ctx.Done():
			return
		}
	}
}

// message is a message on its way, or an empty one, which takes back the one before.
type message struct {
	Message
	about string // what it is about: of each thing there is one a minute
	lasts bool   // it is not over when the state is; all takes it back
	all   bool   // of an empty one
}

func (m message) empty() bool { return m.Text == "" }

// leaves reports whether an empty message takes nothing back of another one.
func (m message) leaves(other message) bool { return m.empty() && !m.all && other.lasts }

// seldom is the shortest time between two messages about one thing to one target. Whoever types a wrong code again and again, or
// a daemon that does, would fill a phone; the last message says all that those between said.
var seldom = time.Minute

// calm waits until another message about the same may be sent. It reports whether the message is done with meanwhile.
func (w *worker) calm(ctx context.Context, m message) (over bool, instead message) {
	if last, ok := w.begun[m.about]; ok && time.Since(last) < seldom {
		if over, instead = w.pause(ctx, m, seldom-time.Since(last)); over {
			return over, instead
		}
	}
	w.begun[m.about] = time.Now()
	return false, message{}
}

// deliver sends one message, with the tries that it takes. It returns what came meanwhile and
// replaces this one, or nothing. A try is followed by another only if the server certainly has not taken the message:
// who gets the same one twice believes that a second code is wanted.
func (w *worker) deliver(ctx context.Context, m message) (instead message) {
	if over, instead := w.calm(ctx, m); over {
		return instead
	}
	for try := 0; ; try++ {
		sending := w.start(ctx, m.Message)
		known, err := within(ctx, sending)
		if err != nil && ctx.Err() == nil {
			w.counts.failed.Add(1)
		}
		if !known && ctx.Err() == nil {
			w.log.Info("no answer to a message", zap.Error(err))
			var over bool
			if over, instead, err = w.later(ctx, m, sending); over {
				return instead
			}
		}
		switch {
		case err == nil:
			w.sent(try)
			return message{}
		case ctx.Err() != nil:
			return message{}
		case !unsent(err) || try == len(pauses):
			w.counts.givenUp.Add(1)
			w.log.Warn("message not sent, given up", zap.Int("tries", try+1), zap.Error(err))
			return message{}
		}
		w.log.Info("message not sent, to be tried again", zap.Duration("wait", pauses[try]), zap.Error(err))
		if over, instead := w.pause(ctx, m, pauses[try]); over {
			return instead
		}
	}
}

func (w *worker) sent(try int) {
	w.counts.sent.Add(1)
	w.log.Info("message sent", zap.Int("tries", try+1))
}

func (w *worker) drop(m message) {
	if !m.empty() {
		w.counts.dropped.Add(1)
	}
}

// pause waits before the next try. It reports whether the message is done with, replaced by another one.
func (w *worker) pause(ctx context.Context, m message, wait time.Duration) (over bool, instead message) {
	over, instead, _ = w.wait(ctx, m, wait, nil)
	return over, instead
}

// later waits for the outcome of a send that takes too long. If there is none, nobody knows whether the message was taken.
func (w *worker) later(ctx context.Context, m message, sending <-chan error) (over bool, instead message, err error) {
	return w.wait(ctx, m, knownWithin, sending)
}

// wait returns when a send does, when the message is over, or when the time is up.
func (w *worker) wait(ctx context.Context, m message, most time.Duration, sending <-chan error) (over bool, instead message, err error) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	for {
		select {
		case err := <-sending:
			return false, message{}, err
		case instead := <-w.next:
			if instead.leaves(m) {
				continue
			}
			w.drop(m)
			return true, instead, nil
		case <-ctx.Done():
			return true, message{}, nil
		case <-timer.C:
			return false, message{}, errTimeout
		}
	}
}

// start begins to send. What becomes of it comes once.
func (w *worker) start(ctx context.Context, m Message) <-chan error {
	sending := make(chan error, 1) // a send that returns late blocks nowhere
	select {
	case w.busy <- struct{}{}:
	default:
		sending <- errHanging
		return sending
	}
	bound := sendWithin + knownWithin // the goroutine may begin when nobody waits for it any more
	go func() {                       // ends when the library returns; waited for while ctx and the message last
		defer func() { <-w.busy }()
		ctx, cancel := context.WithTimeout(ctx, bound)
		defer cancel()
		sending <- w.target.sendSafely(ctx, m)
	}()
	return sending
}

// within waits for what becomes of a send, but no longer than sendWithin. Known is false if it has not returned.
func within(ctx context.Context, sending <-chan error) (known bool, err error) {
	timer := time.NewTimer(sendWithin)
	defer timer.Stop()
	select {
	case err := <-sending:
		return true, err
	case <-timer.C:
	case <-ctx.Done():
	}
	return false, errTimeout
}

// Try sends a message to t once, for at most ten seconds. Its error has no secret of the URL.
func Try(ctx context.Context, t Target, m Message) error {
	_, err := within(ctx, newWorker(t, zap.NewNop(), &counters{}).start(ctx, m))
	return err
}

var (
	errTimeout = &failure{told: "it did not answer in " + sendWithin.String()}
	errHanging = &failure{"earlier sends to it have not returned yet", true}
)

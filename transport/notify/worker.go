package notify

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"
)

// sendWithin bounds one try. A server that needs longer would not be in time for a code either.
const sendWithin = 10 * time.Second

// pauses are the waits between the tries: three tries in about a minute, which a server that is being
// restarted survives. An SMS code is not valid for much longer.
var pauses = []time.Duration{15 * time.Second, 45 * time.Second}

// maxHanging bounds the sends to one target that did not return in time and cannot be stopped, as the
// library takes no context. Beyond it nothing is sent to that target until one of them returns.
const maxHanging = 3

// worker sends to one target, one message at a time. Its goroutine alone receives from next, the
// notifier's alone sends to it.
type worker struct {
	target Target
	log    *zap.Logger
	counts *counters
	next   chan string   // has room for one, so the latest wins; empty text says that the one before is over
	busy   chan struct{} // has one element for each send that runs
}

func newWorker(t Target, log *zap.Logger, counts *counters) *worker {
	return &worker{target: t, log: log, counts: counts, next: make(chan string, 1), busy: make(chan struct{}, maxHanging)}
}

// offer replaces what waits to be sent. It never blocks.
func (w *worker) offer(text string) {
	select {
	case old := <-w.next:
		w.drop(old)
	default:
	}
	w.next <- text
}

func (w *worker) run(ctx context.Context) {
	for {
		select {
		case text := <-w.next:
			for text != "" {
				text = w.deliver(ctx, text)
			}
		case <-ctx.Done():
			return
		}
	}
}

// result is what became of one try.
type result struct {
	try int
	err error
}

// deliver sends one message, with the tries that it takes. It returns the text that came meanwhile and
// replaces this one, or nothing.
func (w *worker) deliver(ctx context.Context, text string) (instead string) {
	results := make(chan result, len(pauses)+1) // a try that comes late blocks nowhere
	for try := 0; ; try++ {
		err := w.try(ctx, text, try, results)
		switch {
		case err == nil:
			w.sent(try)
			return ""
		case ctx.Err() != nil:
			return ""
		}
		w.counts.failed.Add(1)
		if try == len(pauses) {
			w.counts.givenUp.Add(1)
			w.log.Warn("message not sent, given up", zap.Int("tries", try+1), zap.Error(err))
			return ""
		}
		w.log.Info("message not sent, to be tried again", zap.Duration("wait", pauses[try]), zap.Error(err))
		if done, instead := w.pause(ctx, text, pauses[try], results); done {
			return instead
		}
	}
}

func (w *worker) sent(try int) {
	w.counts.sent.Add(1)
	w.log.Info("message sent", zap.Int("tries", try+1))
}

func (w *worker) drop(text string) {
	if text != "" {
		w.counts.dropped.Add(1)
	}
}

// pause waits before the next try. It reports whether the message is done with: replaced by another
// one, or sent after all by a try that was slow.
func (w *worker) pause(ctx context.Context, text string, wait time.Duration, results <-chan result) (done bool, instead string) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case r := <-results:
			if r.err == nil {
				w.sent(r.try)
				return true, ""
			}
		case instead := <-w.next:
			w.drop(text)
			return true, instead
		case <-ctx.Done():
			return true, ""
		case <-timer.C:
			return false, ""
		}
	}
}

// try sends once and waits for what becomes of it, but no longer than sendWithin.
func (w *worker) try(ctx context.Context, text string, try int, results chan result) error {
	select {
	case w.busy <- struct{}{}:
	default:
		return errHanging
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	go func() { // ends when the library returns; waited for below while ctx lasts
		defer func() { <-w.busy }()
		results <- result{try, w.target.sendSafely(ctx, text)}
	}()
	for {
		select {
		case r := <-results:
			if r.err == nil || r.try == try {
				return r.err
			}
		case <-ctx.Done():
			return errTimeout
		}
	}
}

// Try sends text to t once, for at most ten seconds. Its error has no secret of the URL.
func Try(ctx context.Context, t Target, text string) error {
	return newWorker(t, zap.NewNop(), &counters{}).try(ctx, text, 0, make(chan result, 1))
}

var (
	errTimeout = errors.New("it did not answer in " + sendWithin.String())
	errHanging = errors.New("earlier sends to it have not returned yet")
)

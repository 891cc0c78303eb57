package transport

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

const (
	// maxWait is the longest that a request may ask to be kept waiting. Proxies give up earlier; whoever wants more
	// asks again.
	maxWait = 10 * time.Minute
	// maxWaiting bounds how many requests are kept waiting at once: each holds a connection and a goroutine.
	maxWaiting = 256
	// lookAgain is how often a waiting request looks at what changes without an entry: how old a proof is.
	lookAgain = time.Second
)

// waitOf is how long a request asks to be kept waiting, 0 for not at all.
func waitOf(r *http.Request) (time.Duration, error) {
	text := r.URL.Query().Get("wait")
	if text == "" {
		return 0, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 0 || seconds > int(maxWait.Seconds()) {
		return 0, refuse("wait_invalid", fmt.Sprintf("wait must be 0 to %d seconds, for example ?wait=60", int(maxWait.Seconds())))
	}
	return time.Duration(seconds) * time.Second, nil
}

// await keeps a request waiting for at most so long, until done says so. done is called with what the journal has after
// each entry, once before the first. It ends early, without an error, when the client goes or the gateway stops.
func (s *Server) await(w http.ResponseWriter, r *http.Request, wait time.Duration, done func(last fsm.Entry, more bool) bool) error {
	last := s.cfg.Journal.Last()
	if done(last, false) || wait == 0 {
		return nil
	}
	return s.awaitAfter(w, r, wait, last.Seq, done)
}

// awaitAfter is await from an entry on, without the look before the first: what happened since then is passed to done, too.
func (s *Server) awaitAfter(w http.ResponseWriter, r *http.Request, wait time.Duration, after uint64, done func(last fsm.Entry, more bool) bool) error {
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		return refuse("too_many_clients", "so many requests are kept waiting that no more are; ask without wait, or try again")
	}
	rest(r.Context())
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(wait + answerWithin)) // every connection of a server has deadlines
	over, again := time.NewTimer(wait), time.NewTicker(lookAgain)
	defer over.Stop()
	defer again.Stop()
	for {
		e, ok, more := s.cfg.Journal.Look(after)
		if ok {
			after = e.Seq
			if done(e, true) {
				return nil
			}
			continue
		}
		select {
		case <-more:
		case <-again.C:
			if done(s.cfg.Journal.Last(), false) {
				return nil
			}
		case <-over.C:
			return nil
		case <-r.Context().Done():
			return nil
		case <-s.stopping.Done():
			return nil
		}
	}
}

// outcome follows what becomes of a code that is about to be submitted. It is made before, so that no entry is missed.
type outcome struct {
	sum    fsm.Snapshot
	result *result2 // nil as long as nothing is known
}

func (o *outcome) take(e fsm.Entry) bool {
	if e.Seq <= o.sum.Seq {
		return o.result != nil
	}
	before := o.sum.Challenge
	o.sum = o.sum.After(e)
	if r, ok := e.Result(before); ok && before.Kind != fsm.ChallengeCaptcha {
		told := newResult(e, before, r)
		o.result = &told
	}
	return o.result != nil
}

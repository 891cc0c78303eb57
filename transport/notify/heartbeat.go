package notify

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// beatEvery is how often a heartbeat is sent while the account is ready. Services wait for a multiple of it before they call somebody.
const beatEvery = time.Minute

// beatPauses are the waits between the tries of a beat that is not followed by another one within a minute.
var beatPauses = []time.Duration{5 * time.Second, 15 * time.Second}

// beat is what a heartbeat says.
type beat byte

const (
	up    beat = iota // the account is ready
	begin             // the daemon is started
	down              // a person is told that the account is not ready
)

// HeartbeatURL is an address that wants to hear of the gateway from time to time. It is a secret.
type HeartbeatURL struct {
	base url.URL
	kuma bool // a push monitor of Uptime Kuma, which is told in the query; others by what the path ends in, as healthchecks.io is
}

// ParseHeartbeat understands the address of a service that calls somebody when it hears nothing. The error has nothing of it.
func ParseHeartbeat(raw string) (*HeartbeatURL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(raw, " \t\r\n") {
		return nil, errors.New("no http or https address")
	}
	return &HeartbeatURL{*u, strings.Contains(u.Path, "/api/push/")}, nil
}

// of is where a beat is sent, empty if the service has no place for it.
func (h *HeartbeatURL) of(b beat, class fsm.Kind) string {
	to := h.base
	if h.kuma {
		q := to.Query()
		switch b {
		case begin:
			return ""
		case up:
			q.Set("status", "up")
			q.Set("msg", "ready")
		case down:
			q.Set("status", "down")
			q.Set("msg", string(class))
		}
		to.RawQuery = q.Encode()
		return to.String()
	}
	return to.JoinPath(map[beat]string{begin: "start", down: "fail"}[b]).String()
}

// HeartConfig is what a [Heart] works with. All of it is required.
type HeartConfig struct {
	URL     *HeartbeatURL
	Journal *fsm.Journal
	Log     *zap.Logger
	Proven  func() time.Time // when the daemon's API last proved that quotes work
}

// Heart tells a service once a minute that the account is ready, and at once when the daemon is started and when a person is told of a
// trouble. Otherwise, and so also after a stop by wish, it says nothing: the service notices that.
//
// It is one more reader of the journal: nobody waits for it. The goroutine of [Heart.Run] owns sum; the one that sends has the queue.
type Heart struct {
	cfg  HeartConfig
	sum  fsm.Snapshot
	next chan string // where the next beat goes; has room for one, and the latest wins
	get  func(ctx context.Context, to string) error
}

// NewHeart returns a heart that begins with the journal's present end and does nothing until it is run.
func NewHeart(cfg HeartConfig) *Heart {
	return &Heart{cfg: cfg, sum: cfg.Journal.Snapshot(), next: make(chan string, 1), get: get}
}

// get makes one request.
func get(ctx context.Context, to string) error {
	_, err := deliver(ctx, http.MethodGet, to, nil, nil)
	return err
}

// Run beats until ctx ends, and returns when all that it started is done.
func (h *Heart) Run(ctx context.Context) {
	var sending sync.WaitGroup
	sending.Go(func() { h.send(ctx) })
	defer sending.Wait()
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		e, ok, more := h.cfg.Journal.Look(h.sum.Seq)
		if ok {
			if h.hear(e) {
				ticker.Reset(beatEvery)
			}
			continue
		}
		select {
		case <-more:
		case <-ticker.C:
			if h.sum.Lacks(h.cfg.Proven(), time.Now()) == "" {
				h.beat(up)
			}
		case <-ctx.Done():
			return
		}
	}
}

// hear takes an entry into account, and reports whether the account became ready.
func (h *Heart) hear(e fsm.Entry) (ready bool) {
	before := h.sum.Ready()
	h.sum = h.sum.After(e)
	switch {
	case e.Kind == fsm.Start:
		h.beat(begin)
	case e.Kind == fsm.TroubleTold:
		h.beat(down)
	case h.sum.Ready() && !before:
		h.beat(up)
		return true
	}
	return false
}

// beat replaces what waits to be sent. It never blocks.
func (h *Heart) beat(b beat) {
	to := h.cfg.URL.of(b, h.sum.Trouble.Why.Class())
	if to == "" {
		return
	}
	select {
	case <-h.next:
	default:
	}
	h.next <- to
}

// send makes the requests, one after another. What failed is told once, and once that it works again.
func (h *Heart) send(ctx context.Context) {
	failed := false
	for {
		select {
		case to := <-h.next:
			err := h.try(ctx, to)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil && !failed:
				h.cfg.Log.Warn("a heartbeat was not taken", zap.Error(err))
			case err == nil && failed:
				h.cfg.Log.Info("heartbeats are taken again")
			}
			failed = err != nil
		case <-ctx.Done():
			return
		}
	}
}

// try sends one beat, with the tries that it takes, until another one is to be sent.
func (h *Heart) try(ctx context.Context, to string) error {
	for n := 0; ; n++ {
		within, cancel := context.WithTimeout(ctx, sendWithin)
		err := safe(h.get(within, to))
		cancel()
		if err == nil || n == len(beatPauses) || ctx.Err() != nil || len(h.next) > 0 {
			return err
		}
		select {
		case <-time.After(beatPauses[n]):
		case <-ctx.Done():
		}
		if len(h.next) > 0 {
			return err
		}
	}
}

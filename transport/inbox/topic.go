package inbox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/notify"
)

// topic follows one topic of ntfy. The goroutine of follow owns what stands below log.
type topic struct {
	in *Inbox
	*notify.Topic
	log *zap.Logger

	began time.Time
	ahead time.Duration // how much the server's clock is ahead of ours
	last  string        // the latest message; empty for none
	seen  []string      // the latest messages, which a server may send again
	line  line          // how the latest connection began
	texts bucket
	waits waits
}

const (
	// quietFor is how long a connection may be silent: ntfy sends something each 45 seconds.
	quietFor = 2 * time.Minute
	// maxLine bounds a line, in bytes: a message of ntfy has 4096 at most. A longer one is left out.
	maxLine = 64 << 10
	// limitWait is the wait where a server says that there are too many requests, and names none.
	limitWait = time.Minute
)

// follow listens until ctx ends. After a cut it goes on where it was.
func (t *topic) follow(ctx context.Context) {
	t.began = time.Now()
	for failures := 0; ctx.Err() == nil; failures++ {
		opened, err := t.connect(ctx)
		if opened {
			failures = 0
		}
		if ctx.Err() != nil || !sleep(ctx, max(t.waits.before(failures), t.trouble(err))) {
			return
		}
	}
}

// connect makes one connection and reads it to its end. opened reports whether the server took it.
func (t *topic) connect(ctx context.Context) (opened bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	quiet := time.AfterFunc(quietFor, cancel)
	defer quiet.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+"/sse?since="+url.QueryEscape(t.since()), nil)
	if err != nil {
		return false, told(err)
	}
	if t.User != nil {
		password, _ := t.User.Password()
		r.SetBasicAuth(t.User.Username(), password)
	}
	r.Header.Set("User-Agent", "futuopend-gateway")
	res, err := t.Client.Do(r)
	if err != nil {
		return false, told(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		after, _ := strconv.Atoi(res.Header.Get("Retry-After")) // it may have none
		return false, &refused{code: res.StatusCode, after: min(time.Duration(max(after, 0))*time.Second, maxRetry)}
	}
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		t.ahead = time.Until(date)
	}
	if t.line != open {
		t.log.Info("answers are heard")
	}
	t.line = open
	return true, t.read(ctx, res.Body, func() { quiet.Reset(quietFor) })
}

// since is where to go on: after the latest message, or with what came since the start. Older ones are on the server, too.
func (t *topic) since() string {
	if t.last != "" {
		return t.last
	}
	return strconv.FormatInt(t.began.Add(t.ahead).Unix(), 10)
}

// read takes the lines of server-sent events that have data.
func (t *topic) read(ctx context.Context, body io.Reader, heard func()) error {
	lines := bufio.NewReaderSize(body, maxLine)
	for {
		line, more, err := lines.ReadLine()
		if err != nil {
			return told(err)
		}
		heard()
		whole := !more
		for more && err == nil { // it is no message of ntfy's
			_, more, err = lines.ReadLine()
		}
		if data, ok := bytes.CutPrefix(line, []byte("data:")); ok && whole {
			t.event(ctx, data)
		}
	}
}

// event takes what one event has, if it is a message that is new.
func (t *topic) event(ctx context.Context, data []byte) {
	var e struct {
		ID    string `json:"id"`
		Time  int64  `json:"time"` // Unix seconds of the server's clock
		Event string `json:"event"`
		Text  string `json:"message"`
	}
	if json.Unmarshal(data, &e) != nil || e.Event != "message" || slices.Contains(t.seen, e.ID) {
		return
	}
	t.last = e.ID
	t.seen = append(t.seen, e.ID)
	t.seen = t.seen[max(0, len(t.seen)-maxSeen):]
	at := time.Unix(e.Time, 0).Add(-t.ahead)
	asked := t.in.cfg.Journal.Snapshot().Challenge
	switch {
	case !t.texts.take(time.Now()):
		t.in.flooded(t.log)
	case at.Before(t.began.Add(-slack)) || time.Since(at) > maxAge:
		t.leave("too_old")
	case asked.Kind != fsm.ChallengeCode || at.Before(asked.Asked.Add(-slack)): // nobody asked, or not yet
		t.leave("code_not_wanted")
	default:
		t.give(ctx, e.Text)
	}
}

// leave notes a text that is not used, without the text.
func (t *topic) leave(why string) {
	t.log.Info("an answer was not used", zap.String("by", string(fsm.ByNtfy)), zap.String("code", why))
}

// give submits the code in a text.
func (t *topic) give(ctx context.Context, text string) {
	if _, err := t.in.obey(ctx, "/code", text, false, fsm.ByNtfy, nil); err != nil {
		t.leave(refusalOf(err).Code)
		return
	}
	t.log.Info("an answer came", zap.String("by", string(fsm.ByNtfy)))
}

// trouble notes how a connection ended, and returns how long to wait at least. The first failure of a row is logged; that a
// connection that was open ends is usual.
func (t *topic) trouble(err error) (wait time.Duration) {
	r, ok := errors.AsType[*refused](err)
	if !ok && err == nil {
		err = fmt.Errorf("it ended the connection")
	}
	switch {
	case ok && r.code == http.StatusTooManyRequests:
		wait = max(r.after, limitWait)
	case ok && (r.code == http.StatusUnauthorized || r.code == http.StatusForbidden || r.code == http.StatusNotFound):
		wait = t.waits.dead
	case ok:
		wait = r.after
	}
	if t.line != broken {
		t.log.Warn("answers are not heard", zap.Error(err))
	}
	t.line = broken
	return wait
}

package notify

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/fsm"
)

// pulse is a heart in a bubble, and what reached its service.
type pulse struct {
	*story
	t      *testing.T
	begun  time.Time
	mu     sync.Mutex // guards what follows
	proven time.Time
	got    []string
	bad    func(n int) error // what becomes of the n-th request; nil for all well
}

// beats runs a heart until the test ends.
func beats(t *testing.T, raw string, bad func(n int) error) *pulse {
	p := &pulse{story: newStory(), t: t, begun: time.Now(), bad: bad}
	u, err := ParseHeartbeat(raw)
	if err != nil {
		t.Fatal(err)
	}
	h := NewHeart(HeartConfig{URL: u, Journal: p.Journal, Log: zap.NewNop(), Proven: func() time.Time { p.mu.Lock(); defer p.mu.Unlock(); return p.proven }})
	h.get = func(ctx context.Context, to string) error {
		p.mu.Lock()
		n := len(p.got)
		p.got = append(p.got, fmt.Sprintf("%v %s", time.Since(p.begun), to))
		p.mu.Unlock()
		if p.bad == nil {
			return nil
		}
		return p.bad(n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); h.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	synctest.Wait()
	return p
}

func (p *pulse) want(why string, want ...string) {
	p.t.Helper()
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.got, want) {
		p.t.Errorf("%s: got\n%s\nwant\n%s", why, strings.Join(p.got, "\n"), strings.Join(want, "\n"))
	}
	p.got, p.begun = nil, time.Now()
}

// proves lets time pass in which the API proves every 20 seconds that quotes work.
func (p *pulse) proves(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(min(20*time.Second, time.Until(end))) {
		p.mu.Lock()
		p.proven = time.Now()
		p.mu.Unlock()
	}
	synctest.Wait()
}

func TestAHeartBeatsEachMinuteWhileReadyAndIsSilentOtherwise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const at = "https://hc-ping.com/uuid"
		p := beats(t, at+"?create=1", nil)
		p.tell(fsm.Boot)
		time.Sleep(time.Hour)
		p.want("while nothing runs")
		p.tell(fsm.Start)
		p.want("at a start", "0s "+at+"/start?create=1")
		time.Sleep(2*time.Minute + 30*time.Second)
		p.tell(fsm.LoggedIn)
		time.Sleep(30 * time.Second)
		p.want("while it is not proven")
		p.tell(fsm.APIReady)
		p.proves(2*time.Minute + time.Second)
		p.want("while it is ready", "0s "+at+"?create=1", "1m0s "+at+"?create=1", "2m0s "+at+"?create=1")
		time.Sleep(2 * time.Minute)
		p.want("when nobody proves it any more", "59s "+at+"?create=1")
		p.proves(2*time.Minute + time.Second)
		p.want("when somebody does again", "59s "+at+"?create=1", "1m59s "+at+"?create=1")
		p.tell(fsm.NetworkFailed)
		p.pass(time.Hour)
		p.want("in a trouble", "5m0s "+at+"/fail?create=1")
		p.event(fsm.Event{Kind: fsm.Stop, Detail: fsm.StopByClient}, false)
		p.pass(72 * time.Hour)
		p.want("stopped by wish")
	})
}

func TestUptimeKumaIsToldInItsOwnForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const at = "http://kuma:3001/api/push/key?"
		p := beats(t, at+"status=up&msg=OK&ping=", nil)
		p.tell(fsm.Boot, fsm.Start)
		p.want("at a start")
		p.tell(fsm.LoggedIn, fsm.APIReady)
		p.want("when it is ready", "0s "+at+"msg=ready&ping=&status=up")
		p.tell(fsm.KickedOut)
		p.due()
		p.want("in a trouble", "0s "+at+"msg=kicked_out&ping=&status=down")
	})
}

func TestABeatThatIsNotTakenIsTriedAgainUntilTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := beats(t, "https://h/x", func(int) error { return statusError(503) })
		p.tell(fsm.Boot, fsm.Start)
		time.Sleep(time.Hour)
		p.want("a service that is down", "0s https://h/x/start", "5s https://h/x/start", "20s https://h/x/start")
		p.tell(fsm.Exited, fsm.Start)
		time.Sleep(time.Second)
		p.tell(fsm.KickedOut)
		p.due()
		time.Sleep(time.Hour)
		p.want("another beat comes", "0s https://h/x/start", "5s https://h/x/fail", "10s https://h/x/fail", "25s https://h/x/fail")
	})
}

// What hangs delays nothing else, and ends with the heart.
func TestAServiceThatHangsIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := beats(t, "https://h/x", func(int) error { time.Sleep(time.Hour); return nil })
		for range 100 {
			p.tell(fsm.Start, fsm.Exited)
		}
		p.want("the first", "0s https://h/x/start")
	})
}

func TestAHeartbeatOverTheNetworkTellsNoSecret(t *testing.T) {
	server, seen := serverThat(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	u, err := ParseHeartbeat(server.URL + "/ping/" + token)
	if err != nil {
		t.Fatal(err)
	}
	was := beatPauses
	beatPauses = nil
	defer func() { beatPauses = was }()
	core, logged := observer.New(zap.DebugLevel)
	s := newStory()
	h := NewHeart(HeartConfig{URL: u, Journal: s.Journal, Log: zap.New(core), Proven: func() time.Time { return time.Now() }})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); h.Run(ctx) }()
	s.tell(fsm.Boot, fsm.Start)
	if r := next(t, seen); r.method != "GET" || r.path != "/ping/"+token+"/start" {
		t.Errorf("got %+v", r)
	}
	for logged.Len() == 0 && t.Context().Err() == nil {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-ended
	if line := fmt.Sprint(logged.All()[0].Message, logged.All()[0].ContextMap()); strings.Contains(line, token) || !strings.Contains(line, "500") {
		t.Errorf("the log says %s", line)
	}
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://hc-ping.com/uuid": true, "http://127.0.0.1:8000/ping/uuid": true, "http://kuma:3001/api/push/x?status=up&msg=OK&ping=": true,
		"": false, "hc-ping.com/uuid": false, "ftp://h/x": false, "https://": false, "https://u:p@h/x": false, "https://h/x#y": false, "https://h/ x": false, "https://%zz/": false,
	} {
		if _, err := ParseHeartbeat(raw); (err == nil) != ok {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

package metrics_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/metrics"
)

const token = "0123456789abcdef"

// serve serves the metrics on the gateway's own port, and returns its address.
func serve(t *testing.T, mend func(*transport.Config)) (address string) {
	var server *transport.Server // the house's metrics are made before it
	h := open(t, func(c *metrics.Config) {
		c.Clients = func() int { return server.Clients() }
		c.WrongTokens = func() uint64 { return server.Failed() }
	})
	h.tells(fsm.Event{Kind: fsm.Boot})
	cfg := transport.Config{Journal: h.journal, Log: zap.NewNop()}
	if mend != nil {
		mend(&cfg)
	}
	server = transport.New(cfg)
	server.Mount("/metrics", h.metrics)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }() // the cleanup waits for it
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// ask asks a page of the server.
func ask(t *testing.T, method, address, token string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestTheMetricsAreOnTheGatewaysPort(t *testing.T) {
	address := serve(t, nil)
	conn, _, err := websocket.Dial(t.Context(), "ws://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	status, body := ask(t, http.MethodGet, address, "")
	if status != http.StatusOK {
		t.Fatalf("it is answered with %d: %s", status, body)
	}
	f := parse(t, body)
	if f["clients"] != 1 {
		t.Errorf("%v clients, want 1", f["clients"])
	}
	if !strings.Contains(body, `futuopend_gateway_build_info{goversion="go`) || f[`state{state="idle"}`] != 1 {
		t.Errorf("it is answered with\n%s", body)
	}
	for _, name := range []string{"go_goroutines ", "go_memstats_heap_alloc_bytes ", "process_cpu_seconds_total ", "process_resident_memory_bytes "} {
		if !strings.Contains(body, "\n"+name) {
			t.Errorf("it has no %s", name)
		}
	}
	if status, _ := ask(t, http.MethodPost, address, ""); status != http.StatusMethodNotAllowed {
		t.Errorf("a POST is answered with %d", status)
	}
}

func TestTheMetricsWantTheToken(t *testing.T) {
	address := serve(t, func(c *transport.Config) { c.Token = token })
	for _, wrong := range []string{"", "fedcba9876543210"} {
		if status, body := ask(t, http.MethodGet, address, wrong); status != http.StatusUnauthorized || strings.Contains(body, "futuopend_gateway_") {
			t.Errorf("with the token %q it is answered with %d: %s", wrong, status, body)
		}
	}
	status, body := ask(t, http.MethodGet, address, token)
	if status != http.StatusOK {
		t.Fatalf("with the token it is answered with %d: %s", status, body)
	}
	if got := parse(t, body)["wrong_tokens_total"]; got != 2 {
		t.Errorf("%v wrong tokens, want 2", got)
	}
	if strings.Contains(body, token) {
		t.Error("it tells the token")
	}
}

func TestScrapesAndEventsDoNotDisturbEachOther(t *testing.T) {
	h := open(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() { h.metrics.Run(ctx) })
	const starts = 500
	running.Go(func() {
		for range starts {
			h.tells(fsm.Event{Kind: fsm.Start})
			h.tells(fsm.Event{Kind: fsm.Exited})
		}
	})
	deadline := time.Now().Add(30 * time.Second)
	for last := 0.0; last < starts; {
		now := h.scrape()["starts_total"]
		if now < last || time.Now().After(deadline) {
			t.Fatalf("%v starts are counted after %v, and %v happen", now, last, starts)
		}
		last = now
	}
}

func TestPrometheusFindsNothingWrongWithTheMetrics(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: promtool is not here; Debian's package prometheus has it")
	}
	_, body := ask(t, http.MethodGet, serve(t, nil), "")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(body)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}

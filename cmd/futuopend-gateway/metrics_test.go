package main

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// scrape takes the metrics of a gateway as Prometheus does.
func (p *process) scrape() string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+p.address+"/metrics", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("a scrape is answered with %s and %v: %s", resp.Status, err, text)
	}
	return string(text)
}

// figure is one figure of a scrape, by its name and labels without the prefix.
func figure(t *testing.T, scrape, name string) float64 {
	t.Helper()
	m := regexp.MustCompile(`(?m)^futuopend_gateway_` + regexp.QuoteMeta(name) + ` (\S+)$`).FindStringSubmatch(scrape)
	if m == nil {
		t.Fatalf("a scrape has no %s:\n%s", name, scrape)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTheMetricsTellOfALogin(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	c := p.connect()
	c.want("when a code is wanted", requestCode)
	c.send(submit("000000"))
	c.want("after a wrong code", requestCode)
	c.send(submit(opendsim.Code))
	c.want("after the right code", connected)
	p.state(fsm.Connected)
	text := p.scrape()
	for name, want := range map[string]float64{
		`state{state="connected"}`: 1, `state{state="initializing"}`: 0,
		"starts_total": 1, "budget_starts_left": 5, "budget_failed_logins_left": 3,
		`logins_total{class="none",outcome="succeeded"}`: 1,
		`codes_total{result="accepted"}`:                 1, `codes_total{result="rejected"}`: 1,
		"clients": 1, "wrong_tokens_total": 0, "unknown_lines_total": 0, "journal_write_failures_total": 0,
	} {
		if got := figure(t, text, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{"lines_total", "journal_size_bytes"} {
		if got := figure(t, text, name); got <= 0 {
			t.Errorf("%s is %v", name, got)
		}
	}
	// The time is taken as things happen, and not when somebody looks.
	var began, took, counted float64
	for _, e := range p.entries() {
		switch at := float64(e.At.UnixNano()) / 1e9; {
		case e.Kind == fsm.Boot:
			began = at
		case e.Changed() && e.To == fsm.Connected:
			took = at - began
		}
	}
	for _, s := range fsm.States() {
		if s != fsm.Connected {
			counted += figure(t, text, `state_seconds_total{state="`+string(s)+`"}`)
		}
	}
	if took <= 0 || counted < took/2 {
		t.Errorf("%v seconds were counted of the %v that the login took", counted, took)
	}
	for _, secret := range []string{"100000001", testMD5, opendsim.Code} {
		if strings.Contains(text, secret) {
			t.Errorf("a scrape has %s", secret)
		}
	}
}

func TestThePageListsEveryMetricWithItsLabels(t *testing.T) {
	labels := map[string][]string{}
	text := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_INIT_ON_START=no").scrape()
	for _, m := range regexp.MustCompile(`(?m)^(futuopend_gateway_\w+)(?:\{(.*)\})? `).FindAllStringSubmatch(text, -1) {
		labels[m[1]] = nil
		for _, label := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(m[2], -1) {
			labels[m[1]] = append(labels[m[1]], prose.Code(label[1]))
		}
	}
	var want [][]string
	for name, labels := range labels {
		want = append(want, []string{prose.Code(name), strings.Join(labels, ", ")})
	}
	prose.Hold(t, "transport/metrics/README.md", "| metric | labels | meaning |", want)
}

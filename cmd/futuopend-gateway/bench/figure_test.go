package main

import (
	"strings"
	"testing"
)

func TestQuantileIsAMeasuredValue(t *testing.T) {
	values := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		if got := quantile(values, q); got != want {
			t.Errorf("quantile %v: got %v, want %v", q, got, want)
		}
	}
}

func TestAnAimSaysWhatTheGatewayCostsAndWhetherThatIsTooMuch(t *testing.T) {
	for _, c := range []struct {
		aim            aim
		gateway, other float64
		cost           string
		met            bool
	}{
		{times(1.5), 3, 2, "1.50 ×", true},
		{times(1.25), 3, 2, "1.50 ×", false},
		{share(0.9), 900, 1000, "0.90 ×", true},
		{share(0.9), 890, 1000, "0.89 ×", false},
		{above(0.003, milliseconds), 0.012, 0.010, "+2.00 ms", true},
		{above(0.003, milliseconds), 0.014, 0.010, "+4.00 ms", false},
		{above(0.003, milliseconds), 0.009, 0.010, "-1.00 ms", true},
		{within(11<<20, mebibytes), 11 << 20, 5 << 20, "11.0 MiB", true},
		{within(11<<20, mebibytes), 12 << 20, 5 << 20, "12.0 MiB", false},
	} {
		cost, met := c.aim.judge(c.gateway, c.other)
		if cost != c.cost || met != c.met {
			t.Errorf("%s of %v and %v: got %s, %v; want %s, %v", c.aim.text, c.gateway, c.other, cost, met, c.cost, c.met)
		}
	}
}

func TestTableHasARowForEachFigure(t *testing.T) {
	var out strings.Builder
	of := table{of: "gateway", with: "bare"}
	of.add(figure{"start", [2]float64{0.003, 0.002}, milliseconds, times(1.25)})
	of.print(&out)
	want := "figure  cost    aim               gateway  bare\nstart   1.50 ×  ≤ 1.25 ×  missed  3.00 ms  2.00 ms\n\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

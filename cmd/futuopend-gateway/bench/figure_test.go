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

func TestRatioSaysHowMuchWorseTheGatewayIs(t *testing.T) {
	slower := figure{values: [2]float64{3, 2}, aim: aim}
	fewer := figure{values: [2]float64{200, 300}, aim: aim, more: true}
	for _, f := range []figure{slower, fewer} {
		if got := f.ratio(); got != 1.5 {
			t.Errorf("got ratio %v, want 1.5", got)
		}
		if got := f.verdict(); got != "missed" {
			t.Errorf("got %q, want missed", got)
		}
	}
}

func TestTableHasARowForEachFigure(t *testing.T) {
	var out strings.Builder
	printTable(&out, []figure{{name: "start", values: [2]float64{0.002, 0.002}, show: milliseconds, aim: aim}})
	want := "figure  gateway  bare     ratio  aim   \nstart   2.00 ms  2.00 ms  1.00   1.25  met\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

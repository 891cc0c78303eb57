package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// How many times what the bare program costs the gateway may cost. Memory that is needed once, and not for
// each client, may cost more.
const (
	aim     = 1.25
	aimIdle = 2.0
)

// samples are the measured values of the gateway and of the bare program, in that order.
type samples [2][]float64

func (s *samples) add(i int, v float64) { s[i] = append(s[i], v) }

// addSince adds how long something took, in seconds.
func (s *samples) addSince(i int, began time.Time) { s.add(i, time.Since(began).Seconds()) }

func (s *samples) quantile(q float64) [2]float64 {
	return [2]float64{quantile(s[0], q), quantile(s[1], q)}
}

func (s *samples) median() [2]float64 { return s.quantile(0.5) }

// quantile returns the value that a share q of the values does not exceed.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// figure is one row of the table.
type figure struct {
	name   string
	values [2]float64 // the gateway's and the bare program's
	show   func(float64) string
	aim    float64
	more   bool // more is better
}

// ratio tells how many times worse the gateway is.
func (f figure) ratio() float64 {
	if f.more {
		return f.values[1] / f.values[0]
	}
	return f.values[0] / f.values[1]
}

func (f figure) verdict() string {
	if f.ratio() <= f.aim {
		return "met"
	}
	return "missed"
}

func printTable(w io.Writer, figures []figure) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "figure\tgateway\tbare\tratio\taim\t")
	for _, f := range figures {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.2f\t%.2f\t%s\n",
			f.name, f.show(f.values[0]), f.show(f.values[1]), f.ratio(), f.aim, f.verdict())
	}
	t.Flush()
}

func milliseconds(s float64) string { return fmt.Sprintf("%.2f ms", s*1e3) }
func microseconds(s float64) string { return fmt.Sprintf("%.0f µs", s*1e6) }
func mebibytes(b float64) string    { return fmt.Sprintf("%.1f MiB", b/(1<<20)) }
func thousands(n float64) string    { return fmt.Sprintf("%.0f k", n/1e3) }

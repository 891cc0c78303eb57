package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// samples are the measured values of the gateway and of what it is compared with, in that order.
type samples [2][]float64

func (s *samples) add(i int, v float64) { s[i] = append(s[i], v) }

// addSince adds how long something took, in seconds.
func (s *samples) addSince(i int, began time.Time) { s.add(i, time.Since(began).Seconds()) }

func (s *samples) quantile(q float64) [2]float64 {
	return [2]float64{quantile(s[0], q), quantile(s[1], q)}
}

func (s *samples) median() [2]float64 { return s.quantile(0.5) }

// quantile returns the value that a share q of the values does not exceed; 0 of none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// figure is one row of a table.
type figure struct {
	name   string
	values [2]float64 // the gateway's, and of what it is compared with
	show   func(float64) string
	aim    aim
}

// table is figures that are compared with the same thing.
type table struct {
	of, with string // headings of what is compared; with is empty for figures that stand alone
	figures  []figure
}

func (t *table) add(figures ...figure) { t.figures = append(t.figures, figures...) }

// print prints what it costs first, then the values. Tables without figures print nothing.
func (t *table) print(to io.Writer) {
	if len(t.figures) == 0 {
		return
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "figure\tcost\taim\t\t%s\t%s\n", t.of, t.with)
	for _, f := range t.figures {
		cost, met := f.aim.judge(f.values[0], f.values[1])
		verdict := "met"
		if !met {
			verdict = "missed"
		}
		other := ""
		if t.with != "" {
			other = f.show(f.values[1])
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", f.name, cost, f.aim.text, verdict, f.show(f.values[0]), other)
	}
	w.Flush()
	fmt.Fprintln(to)
}

func milliseconds(s float64) string { return fmt.Sprintf("%.2f ms", s*1e3) }
func microseconds(s float64) string { return fmt.Sprintf("%.0f µs", s*1e6) }
func mebibytes(b float64) string    { return fmt.Sprintf("%.1f MiB", b/(1<<20)) }
func thousands(n float64) string    { return fmt.Sprintf("%.0f k", n/1e3) }
func seconds(s float64) string      { return fmt.Sprintf("%.2f s", s) }

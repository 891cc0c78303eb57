package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

// curve is how something grows: a small table, and what the plots are drawn from.
type curve struct {
	Name    string      `json:"name"`    // of its pictures
	Of      string      `json:"of"`      // what it grows with
	Columns []string    `json:"columns"` // a name, a comma and a unit each
	Rows    [][]float64 `json:"rows"`    // how many, and a value for each column
}

// How many of which.
var (
	crowdSizes   = []int{100, 1_000, 4_000}
	journalSizes = []int{1_000, 10_000, 100_000}
)

// journals measures the start of the gateway with journals of several lengths.
func (b *bench) journals(ctx context.Context) error {
	b.ofJournal = curve{Name: "journal", Of: "entries of the journal", Columns: []string{"exec to first STATUS, ms", "memory, MiB"}}
	for _, n := range journalSizes {
		dir, err := b.history(n)
		if err != nil {
			return err
		}
		s := b.simulated
		s.history = dir
		var took, taken samples
		for range fullRounds {
			err := b.withClient(ctx, 0, s, func(r *running, c *client) error {
				if err := r.firstStatus(ctx, c, &took, 0); err != nil || len(taken[0]) > 0 {
					return err
				}
				return takeMemory(ctx, r, &taken, 0)
			})
			if err != nil {
				return err
			}
		}
		b.ofJournal.add(n, took.median()[0]*1e3, taken.median()[0]/(1<<20))
	}
	return nil
}

func (c *curve) add(n int, values ...float64) {
	c.Rows = append(c.Rows, append([]float64{float64(n)}, values...))
}

func (c *curve) print(to io.Writer) {
	if len(c.Rows) == 0 {
		return
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, c.Of)
	for _, name := range c.Columns {
		fmt.Fprint(w, "\t", name)
	}
	fmt.Fprintln(w)
	for _, r := range c.Rows {
		fmt.Fprintf(w, "%.0f", r[0])
		for _, v := range r[1:] {
			fmt.Fprintf(w, "\t%.1f", v)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	fmt.Fprintln(to)
}

// writeCurves writes what a plot needs.
func writeCurves(path string, curves ...curve) error {
	text, err := json.MarshalIndent(curves, "", "  ")
	if err != nil {
		return fmt.Errorf("write the curves: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the curves: %w", err)
	}
	return nil
}

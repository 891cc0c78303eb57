// Plot draws what the bench found out of how things grow, as SVG: one picture for each curve and unit.
//
//	go run . FIGURES.json FOLDER
//
// It is a module of its own, so that the program's go.mod needs no library for drawing.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// Half of a phone's width and of a page's: it is read beside the text.
const width, height = 12 * vg.Centimeter, 7 * vg.Centimeter

// curve is what the bench writes: rows of how many, and a value for each column. A column is a name, a comma and a unit.
type curve struct {
	Name    string      `json:"name"`
	Of      string      `json:"of"`
	Columns []string    `json:"columns"`
	Rows    [][]float64 `json:"rows"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: plot FIGURES.json FOLDER")
		os.Exit(2)
	}
	if err := draw(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "plot:", err)
		os.Exit(1)
	}
}

// draw writes one file for each curve and unit, NAME-UNIT.svg, into the folder.
func draw(figures, folder string) error {
	text, err := os.ReadFile(figures)
	if err != nil {
		return fmt.Errorf("read the figures: %w", err)
	}
	var curves []curve
	if err := json.Unmarshal(text, &curves); err != nil {
		return fmt.Errorf("read the figures of %s: %w", figures, err)
	}
	for _, c := range curves {
		for _, unit := range c.units() {
			p, err := c.picture(unit)
			if err != nil {
				return fmt.Errorf("draw %s, %s: %w", c.Name, unit, err)
			}
			path := filepath.Join(folder, strings.ToLower(c.Name+"-"+unit)+".svg")
			if err := p.Save(width, height, path); err != nil {
				return fmt.Errorf("draw %s: %w", path, err)
			}
		}
	}
	return nil
}

// unitOf cuts a column's name into what it is and its unit.
func unitOf(column string) (what, unit string) {
	i := strings.LastIndex(column, ", ")
	if i < 0 {
		return column, ""
	}
	return column[:i], column[i+2:]
}

func (c curve) units() (units []string) {
	for _, column := range c.Columns {
		if _, unit := unitOf(column); !slices.Contains(units, unit) {
			units = append(units, unit)
		}
	}
	return units
}

// picture has a line for each column of the unit, from zero on, so that flat looks flat.
func (c curve) picture(unit string) (*plot.Plot, error) {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = c.Of, unit
	p.X.Min, p.Y.Min = 0, 0
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	var lines []any
	for i, column := range c.Columns {
		what, of := unitOf(column)
		if of != unit {
			continue
		}
		points := make(plotter.XYs, len(c.Rows))
		for j, row := range c.Rows {
			if len(row) != len(c.Columns)+1 {
				return nil, fmt.Errorf("row %d has %d values, want %d", j+1, len(row), len(c.Columns)+1)
			}
			points[j] = plotter.XY{X: row[0], Y: row[i+1]}
			p.X.Max = max(p.X.Max, row[0]*1.08)  // room for the last number on the axis
			p.Y.Max = max(p.Y.Max, row[i+1]*1.3) // room for the legend
		}
		lines = append(lines, what, points)
	}
	return p, plotutil.AddLinePoints(p, lines...)
}

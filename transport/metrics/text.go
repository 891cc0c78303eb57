package metrics

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// kind is what Prometheus may do with a figure.
type kind string

const (
	gauge   kind = "gauge"   // it goes up and down
	counter kind = "counter" // it only grows, but for a restart of the program
	summary kind = "summary" // quantiles, a sum and a count
)

// sheet is one scrape: the families in the order in which they were begun. Its text is the exposition format 0.0.4 of Prometheus.
type sheet struct{ families []*family }

// family is the figures of one name.
type family struct {
	name, help string
	kind       kind
	labels     []string
	figures    []figure
}

// figure is one line of a family: its name may have an ending, and labels of its own.
type figure struct {
	ending string
	labels string // as they are written, with braces; empty for none
	value  float64
}

func (s *sheet) family(k kind, name, help string, labels ...string) *family {
	f := &family{name: name, help: help, kind: k, labels: labels}
	s.families = append(s.families, f)
	return f
}

// gauge begins a family of ours.
func (s *sheet) gauge(name, help string, labels ...string) *family {
	return s.family(gauge, prefix+name, help, labels...)
}

// counter begins a family of ours that only grows.
func (s *sheet) counter(name, help string, labels ...string) *family {
	return s.family(counter, prefix+name, help, labels...)
}

// is adds a figure. It has a value for each of the family's labels.
func (f *family) is(v float64, values ...string) {
	f.figures = append(f.figures, figure{labels: braces(f.labels, values), value: v})
}

// quoting is how the format writes what is special in a label's value.
var quoting = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// braces writes labels, sorted by name, as Prometheus's own library does.
func braces(names, values []string) string {
	if len(names) != len(values) {
		panic("metrics: labels " + strings.Join(names, ",") + " have the values " + strings.Join(values, ","))
	}
	if len(names) == 0 {
		return ""
	}
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = name + `="` + quoting.Replace(values[i]) + `"`
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ",") + "}"
}

// write writes the sheet, sorted, so that two scrapes can be compared line by line.
func (s *sheet) write(b *bytes.Buffer) {
	slices.SortFunc(s.families, func(a, b *family) int { return strings.Compare(a.name, b.name) })
	for _, f := range s.families {
		put(b, "# HELP ", f.name, " ", f.help, "\n# TYPE ", f.name, " ", string(f.kind), "\n")
		if f.kind != summary { // whose lines have an order of their own
			slices.SortFunc(f.figures, func(a, b figure) int { return strings.Compare(a.labels, b.labels) })
		}
		for _, one := range f.figures {
			put(b, f.name, one.ending, one.labels, " ")
			b.Write(strconv.AppendFloat(b.AvailableBuffer(), one.value, 'g', -1, 64)) // NaN, +Inf and -Inf are the format's words, too
			b.WriteByte('\n')
		}
	}
}

// put writes texts one after another, without a joined copy of them.
func put(b *bytes.Buffer, texts ...string) {
	for _, t := range texts {
		b.WriteString(t)
	}
}

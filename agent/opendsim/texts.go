package opendsim

import "strings"

// text is one thing that the daemon says, in the wordings that it had over time, oldest first.
//
// The texts of this room are the daemon's own table, from nine builds of 7.1 to 9.1, and what was recorded of others.
// They are a copy of their own: what reads the daemon must not be tested with what it takes for right. A new one is a
// variable in one of the texts_*.go, and a step of a scenario that says it. What stands in braces is filled in, see
// [daemon.values].
type text []wording

type wording struct {
	since   string // the day of the first build that words it so, YYYYMMDD
	chs, en string // empty: as before, or not known, and then nothing is printed
}

// Days from which something is worded anew.
const (
	ever        = ""         // in 1.x and 2.x too, whose version names no build
	since7      = "20200101" // the day is not known; each version from 7.1 on is younger
	since202409 = "20240925"
	since202412 = "20241231"
	since106    = "20260307" // 10.6: not known either; 10.0.6018, of the day before, has the older texts
)

// said is a text that never changed.
func said(chs, en string) text { return text{{ever, chs, en}} }

// saidSince is a text that the oldest daemons do not have.
func saidSince(day, chs, en string) text { return text{{day, chs, en}} }

// verbatim is a text that is known in one language only, or that the broker's server gives as it is.
func verbatim(words string) text { return said(words, words) }

// then adds how the text is worded from a day on.
func (t text) then(day, chs, en string) text { return append(t, wording{day, chs, en}) }

// voice is what decides how a text is worded: the language, and the day of the build.
type voice struct{ lang, build string }

// of words a text. It is empty where the wording is not known.
func (v voice) of(t text) (words string) {
	for _, w := range t {
		in := w.chs
		if v.lang == "en" {
			in = w.en
		}
		if w.since <= v.build && in != "" {
			words = in
		}
	}
	return words
}

// isFirst tells 1.x and 2.x, which print other lists after the login.
func (v voice) isFirst() bool { return v.build < since7 }

// buildDay is the day in a version such as 9.4.5408(20250713104500).
func buildDay(version string) string {
	_, build, _ := strings.Cut(strings.TrimSuffix(version, ")"), "(")
	if len(build) == len("060102150405") {
		build = "20" + build
	}
	return build[:min(len(build), len("20060102"))]
}

// fill puts values in the place of the braces of a line. A line that has a value to tell which is empty is not printed
// at all, so it comes back empty.
func fill(line string, values map[string]string) string {
	var filled strings.Builder
	for {
		before, after, found := strings.Cut(line, "{")
		filled.WriteString(before)
		if !found {
			return filled.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		if values[name] == "" {
			return ""
		}
		filled.WriteString(values[name])
		line = rest
	}
}

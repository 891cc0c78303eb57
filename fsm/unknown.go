package fsm

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Unknown is a line of the daemon that no rule knows. It is no event, and in no journal: it may be anything.
type Unknown struct {
	Text  string    `json:"line"`  // as it was first seen, without secrets
	Count uint64    `json:"count"` // how often, with other digits too
	Last  time.Time `json:"last"`
}

// What is kept of such lines, at most: so many, and so many bytes of each.
const (
	MaxUnknown     = 16
	MaxUnknownText = 256
)

// Tally counts the lines that no rule knows. Those that differ in their digits alone are one: a time or a number makes no new
// line. When there are more than [MaxUnknown], the one that was seen longest ago makes room.
type Tally struct {
	lines []Unknown
	index map[string]int // by text with every digit a nought
	key   [MaxUnknownText]byte
}

// Add counts a line that was printed at a time.
func (t *Tally) Add(text string, at time.Time) {
	if n := MaxUnknownText; len(text) > n {
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n]
	}
	key := t.key[:copy(t.key[:], text)]
	for i, c := range key {
		if '0' <= c && c <= '9' {
			key[i] = '0'
		}
	}
	i, ok := t.index[string(key)]
	if !ok {
		i = t.room()
		t.lines[i] = Unknown{Text: strings.Clone(text)}
		t.index[string(key)] = i
	}
	t.lines[i].Count++
	t.lines[i].Last = at.UTC()
}

// room is the place for one more line.
func (t *Tally) room() int {
	if t.index == nil {
		t.index = map[string]int{}
	}
	if len(t.lines) < MaxUnknown {
		t.lines = append(t.lines, Unknown{})
		return len(t.lines) - 1
	}
	oldest := 0
	for i := range t.lines {
		if t.lines[i].Last.Before(t.lines[oldest].Last) {
			oldest = i
		}
	}
	for key, i := range t.index {
		if i == oldest {
			delete(t.index, key)
		}
	}
	return oldest
}

// Lines are the lines that are kept, the one that was seen last first.
func (t *Tally) Lines() []Unknown {
	out := slices.Clone(t.lines)
	slices.SortStableFunc(out, func(a, b Unknown) int { return b.Last.Compare(a.Last) })
	return out
}

package fsm

import (
	"math"
	"slices"
	"time"
)

// Condition is what a person would say of the account at a moment.
type Condition string

const (
	Works    Condition = "ready"   // quotes are proven to work
	Wants    Condition = "wanted"  // a person is asked for something, or an answer is verified
	Troubled Condition = "trouble" // neither, and nobody wished it: a login, a loss, a halt
	Down     Condition = "down"    // somebody stopped the daemon, or no gateway ran
	Unheard  Condition = "unknown" // the gateway ended and did not say when
)

// Conditions are all of them, the best first.
func Conditions() []Condition { return []Condition{Works, Wants, Troubled, Down, Unheard} }

const (
	// WeekLasts is how far back a [Week] goes.
	WeekLasts = 7 * 24 * time.Hour
	// MaxSpans bounds what a Week keeps: more than a strip on a screen can show. Beyond it, the shortest neighbours become one.
	MaxSpans = 256
)

// Span is a time of a Week, until the next one begins.
type Span struct {
	At time.Time
	Is Condition // what most of it was
	// of is how long each condition lasted, where several short spans became this one; nil if all of it was Is.
	of map[Condition]time.Duration
}

// Week is how the last seven days went. It is made of entries alone, and never changed: a later one is another value.
type Week struct {
	spans []Span
	last  time.Time // of the latest entry
	ended bool      // the gateway said that it ends
}

// after returns the week after one more entry, with what that made of the rest. Copies of older entries are no news.
func (w Week) after(e Entry, s Snapshot) Week {
	if e.Carried {
		return w
	}
	at := e.At
	if at.Before(w.last) {
		at = w.last // a clock that was set back
	}
	switch {
	case e.Kind == Boot:
		if !w.ended && len(w.spans) > 0 && w.spans[len(w.spans)-1].Is != Down {
			w = w.with(w.last, Unheard)
		}
		w.ended = false
	case e.Kind == Stop && e.Detail == EndOfGateway:
		w.ended = true
	}
	w.last = at
	return w.with(at, s.condition(w.ended))
}

func (s Snapshot) condition(ended bool) Condition {
	_, wants := challenges[s.State]
	switch {
	case ended, s.stopped, s.State == Idle:
		return Down
	case s.Ready():
		return Works
	case wants, s.State == Verifying:
		return Wants
	}
	return Troubled
}

// with returns the week with a condition that begins.
func (w Week) with(at time.Time, is Condition) Week {
	n := len(w.spans)
	if n > 0 && w.spans[n-1].Is == is && w.spans[n-1].of == nil {
		return w
	}
	old := 0
	for old+1 < n && !w.spans[old+1].At.After(at.Add(-WeekLasts)) {
		old++
	}
	w.spans = append(slices.Clone(w.spans[old:]), Span{At: at, Is: is})
	if len(w.spans) > MaxSpans {
		w.join()
	}
	return w
}

// join makes one span of the two neighbours that are shortest together. The last one goes on and is left alone.
func (w *Week) join() {
	best, shortest := 0, time.Duration(math.MaxInt64)
	for i := 0; i+2 < len(w.spans); i++ {
		if d := w.spans[i+2].At.Sub(w.spans[i].At); d < shortest {
			best, shortest = i, d
		}
	}
	of := map[Condition]time.Duration{}
	for i := best; i < best+2; i++ {
		d := w.spans[i+1].At.Sub(w.spans[i].At)
		w.spans[i].add(of, d, max(d, 1))
	}
	one := Span{At: w.spans[best].At, Is: Works, of: of}
	for _, c := range Conditions() {
		if of[c] > of[one.Is] {
			one.Is = c
		}
	}
	w.spans = slices.Replace(w.spans, best, best+2, one)
}

// add adds to sum how long each condition lasted in the part of a span that counts, of the whole of it.
func (s Span) add(sum map[Condition]time.Duration, counts, whole time.Duration) {
	if s.of == nil {
		sum[s.Is] += counts
	}
	for c, part := range s.of {
		sum[c] += time.Duration(float64(part) * float64(counts) / float64(whole))
	}
}

// Past returns the last seven days until now: what was the case, oldest first, the last until now; and how long each condition
// lasted. Both are empty for a journal without entries. Time that nobody heard of counts as [Unheard] and as nothing else.
func (w Week) Past(now time.Time) (spans []Span, lasted map[Condition]time.Duration) {
	lasted = map[Condition]time.Duration{}
	begin := now.Add(-WeekLasts)
	for i, s := range w.spans {
		end := now
		if i+1 < len(w.spans) {
			end = w.spans[i+1].At
		}
		whole := end.Sub(s.At)
		if whole <= 0 || !end.After(begin) {
			continue
		}
		if s.At.Before(begin) {
			s.At = begin
		}
		s.add(lasted, end.Sub(s.At), whole)
		spans = append(spans, s)
	}
	return spans, lasted
}

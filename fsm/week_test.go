package fsm

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var monday = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// happening is an event so many hours after monday.
type happening struct {
	hours float64
	Event
}

// week is what events amount to, and the machine that they went through.
func week(events ...happening) Snapshot {
	m := NewMachine(Idle)
	s := Snapshot{State: Idle}
	for i, h := range events {
		from, to := m.Apply(h.Event)
		s = s.After(Entry{Seq: uint64(i + 1), At: monday.Add(time.Duration(h.hours * float64(time.Hour))), Event: h.Event, From: from, To: to})
	}
	return s
}

// drawn are the spans of a week and how long each condition lasted, in hours.
func drawn(w Week, hours float64) string {
	spans, lasted := w.Past(monday.Add(time.Duration(hours * float64(time.Hour))))
	var out []string
	for _, s := range spans {
		out = append(out, fmt.Sprintf("%g %s", s.At.Sub(monday).Hours(), s.Is))
	}
	out = append(out, "|")
	for _, c := range Conditions() {
		if lasted[c] != 0 {
			out = append(out, fmt.Sprintf("%s %g", c, lasted[c].Hours()))
		}
	}
	return strings.Join(out, " ")
}

func TestAWeekSaysWhatWasTheCaseAndForHowLong(t *testing.T) {
	login := []happening{{0, Event{Kind: Boot}}, {0, Event{Kind: Start}}, {1, Event{Kind: CodeWanted}}, {2, Event{Kind: CodeTyped}}, {3, Event{Kind: LoggedIn}}, {4, Event{Kind: APIReady}}}
	with := func(more ...happening) []happening { return append(login[:len(login):len(login)], more...) }
	for name, c := range map[string]struct {
		events []happening
		until  float64
		want   string
	}{
		"nothing is known before the first entry": {nil, 5, "|"},
		"a login with a code":                     {login, 10, "0 trouble 1 wanted 3 trouble 4 ready | ready 6 wanted 2 trouble 2"},
		"quotes that are lost and back": {with(happening{5, Event{Kind: APILost, Part: PartQuotes}}, happening{6, Event{Kind: APIReady}}), 10,
			"0 trouble 1 wanted 3 trouble 4 ready 5 trouble 6 ready | ready 5 wanted 2 trouble 3"},
		"a person stops it": {with(happening{5, Event{Kind: Stop, Detail: StopByClient}}, happening{5, Event{Kind: Exited}}), 10, "0 trouble 1 wanted 3 trouble 4 ready 5 down | ready 1 wanted 2 trouble 2 down 5"},
		"a halt is trouble": {with(happening{5, Event{Kind: PasswordNewer}}), 10, "0 trouble 1 wanted 3 trouble 4 ready 5 trouble | ready 1 wanted 2 trouble 7"},
		"a clean end":       {with(happening{5, Event{Kind: Stop, Detail: EndOfGateway}}, happening{5, Event{Kind: Exited}}, happening{7, Event{Kind: Boot}}, happening{7, Event{Kind: Start}}), 8, "0 trouble 1 wanted 3 trouble 4 ready 5 down 7 trouble | ready 1 wanted 2 trouble 3 down 2"},
		"an end that nobody heard": {with(happening{5, Event{Kind: QuoteRight}}, happening{7, Event{Kind: Boot}}, happening{7, Event{Kind: Start}}), 8,
			"0 trouble 1 wanted 3 trouble 4 ready 5 unknown 7 trouble | ready 1 wanted 2 trouble 3 unknown 2"},
		"what is older than a week is forgotten":       {login, 170, "2 wanted 3 trouble 4 ready | ready 166 wanted 1 trouble 1"},
		"an idle gateway that nobody starts is down":   {[]happening{{0, Event{Kind: Boot}}}, 3, "0 down | down 3"},
		"a clock that is set back makes no time twice": {with(happening{3.5, Event{Kind: APILost, Part: PartQuotes}}), 10, "0 trouble 1 wanted 3 trouble 4 trouble | wanted 2 trouble 8"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := drawn(week(c.events...).Week, c.until); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAWeekForgetsCopiesOfOlderEntries(t *testing.T) {
	s := Snapshot{}.After(Entry{Seq: 1, At: monday, Event: Event{Kind: LoggedIn}, From: Initializing, To: Connected, Carried: true})
	if got := drawn(s.Week, 5); got != "|" {
		t.Errorf("got %s", got)
	}
}

func TestAWeekHasABoundAndItsTimesAddUp(t *testing.T) {
	s := week(happening{0, Event{Kind: Boot}}, happening{0, Event{Kind: Start}}, happening{0, Event{Kind: LoggedIn}})
	at, worked := monday, time.Duration(0)
	for i := range 20 * MaxSpans {
		kind := []Kind{APIReady, APILost}[i%2]
		s = s.After(Entry{At: at, Event: Event{Kind: kind, Part: map[Kind]Part{APILost: PartQuotes}[kind]}, From: Connected, To: Connected})
		d := time.Duration(rand.Int64N(int64(time.Minute)))
		if kind == APIReady {
			worked += d
		}
		at = at.Add(d)
	}
	spans, lasted := s.Week.Past(at)
	if len(s.Week.spans) > MaxSpans || len(spans) < MaxSpans/2 {
		t.Errorf("%d spans are kept and %d are told", len(s.Week.spans), len(spans))
	}
	if off := (lasted[Works] - worked).Abs(); off > time.Second {
		t.Errorf("quotes worked for %v, want %v", lasted[Works], worked)
	}
	if off := (lasted[Works] + lasted[Troubled] - at.Sub(monday)).Abs(); off > time.Second {
		t.Errorf("the times make %v of %v", lasted[Works]+lasted[Troubled], at.Sub(monday))
	}
}

// A strip on a screen loses least where what becomes one is shortest; of the same length it is the oldest.
func TestTheShortestNeighboursBecomeOne(t *testing.T) {
	for name, c := range map[string]struct{ short, joined int }{"in the middle": {100, 100}, "none is shorter": {-9, 0}, "the last two that are over": {MaxSpans - 2, MaxSpans - 2}} {
		var w Week
		at := monday
		for i := range MaxSpans + 1 {
			w = w.with(at, []Condition{Works, Troubled}[i%2])
			if i == c.short || i == c.short+1 {
				at = at.Add(time.Minute)
			} else {
				at = at.Add(time.Hour / 2)
			}
		}
		at = monday
		if len(w.spans) != MaxSpans {
			t.Errorf("%s: %d spans", name, len(w.spans))
		}
		for i, s := range w.spans {
			if joined := s.of != nil; joined != (i == c.joined) || !s.At.Equal(at) {
				t.Fatalf("%s: span %d is of %v, want %v; joined %v", name, i, s.At.Sub(monday), at.Sub(monday), joined)
			}
			switch {
			case i == c.joined && c.short >= 0:
				at = at.Add(2 * time.Minute)
			case i == c.joined:
				at = at.Add(time.Hour)
			default:
				at = at.Add(time.Hour / 2)
			}
		}
	}
}

func TestOfWhatBecameOneTheLongestPartIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		works, troubled time.Duration
		is              Condition
	}{"works": {2 * time.Second, time.Second, Works}, "troubled": {time.Second, 2 * time.Second, Troubled}, "both": {time.Second, time.Second, Works}, "neither": {0, 0, Works}} {
		w := Week{spans: []Span{{At: monday, Is: Works}, {At: monday.Add(c.works), Is: Troubled}, {At: monday.Add(c.works + c.troubled), Is: Down}}}
		w.join()
		if s := w.spans[0]; len(w.spans) != 2 || s.Is != c.is || s.of[Works] != c.works || s.of[Troubled] != c.troubled {
			t.Errorf("%s: %+v", name, w.spans)
		}
	}
}

func TestWhatBeganAWeekAgoIsToldAndWhatEndedThenIsNot(t *testing.T) {
	end := monday.Add(WeekLasts)
	for name, c := range map[string]struct {
		spans []Span
		told  int
	}{
		"began then":         {[]Span{{At: monday, Is: Works}}, 1},
		"ended then":         {[]Span{{At: monday.Add(-1), Is: Troubled}, {At: monday, Is: Works}}, 1},
		"ended a bit after":  {[]Span{{At: monday.Add(-1), Is: Troubled}, {At: monday.Add(1), Is: Works}}, 2},
		"begins now":         {[]Span{{At: monday, Is: Troubled}, {At: end, Is: Works}}, 1},
		"began a bit before": {[]Span{{At: monday, Is: Troubled}, {At: end.Add(-1), Is: Works}}, 2},
	} {
		w := Week{spans: c.spans}
		if spans, _ := w.Past(end); len(spans) != c.told || spans[0].At.Before(monday) {
			t.Errorf("%s: %+v", name, spans)
		}
		later := w.with(end, Down)
		want := len(c.spans) + 1
		if name == "ended then" {
			want-- // nobody asks for it again
		}
		if len(later.spans) != want {
			t.Errorf("%s: %d spans are kept, want %d", name, len(later.spans), want)
		}
	}
}

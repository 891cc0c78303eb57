package fsm

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// copies are the entries of a Kept that notes kinds, each a minute after the one before.
type copies struct {
	Kept
	seq uint64
}

func (c *copies) note(from, to State, e Event) uint64 {
	c.seq++
	c.Note(Entry{Seq: c.seq, At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Event: e, From: from, To: to})
	return c.seq
}

// numbers are those of the entries of one kind; empty for all.
func (c *copies) numbers(kind Kind) (seqs []uint64) {
	for _, e := range c.Entries() {
		if kind == "" || e.Kind == kind {
			seqs = append(seqs, e.Seq)
		}
	}
	return seqs
}

func TestTheLatestOfEachClassAreKeptAndNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		event Event
		most  int
	}{
		"starts":                {Event{Kind: Start}, 32},
		"logins by the daemon":  {Event{Kind: LoginRepeated}, 16},
		"codes":                 {Event{Kind: CodeTyped}, CodesPerMinute},
		"SMS of the gateway":    {Event{Kind: CodeAsked, Detail: AskedByGateway}, 2},
		"SMS by wish":           {Event{Kind: CodeAsked, Detail: "client"}, MaxSMS + CodesPerMinute},
		"passwords of a file":   {Event{Kind: PasswordTyped, Detail: FromSettings}, 2},
		"passwords of a person": {Event{Kind: PasswordTyped, Detail: "client"}, MaxGuesses + 1},
		"failures of a class":   {Event{Kind: NetworkFailed}, keptFailures},
		"devices":               {Event{Kind: DeviceKept}, 1},
	} {
		var k copies
		var want []uint64
		for range 100 {
			if c.event.Kind != Start {
				k.note(Closed, Initializing, Event{Kind: Start})
			}
			want = append(want, k.note(Initializing, Initializing, c.event))
		}
		if got := k.numbers(c.event.Kind); !slices.Equal(got, want[len(want)-c.most:]) {
			t.Errorf("%s: %d are kept, %v", name, len(got), got)
		}
	}
}

func TestOnlyTheStartThatDidNotHappenIsDropped(t *testing.T) {
	var k copies
	k.note(Closed, Closed, Event{Kind: Overruled})
	k.note(Initializing, Closed, Event{Kind: StartFailed})
	if got := k.numbers(""); !slices.Equal(got, []uint64{1}) {
		t.Errorf("without a start %v are kept", got)
	}
	k.note(Closed, Initializing, Event{Kind: Start})
	k.note(Initializing, Initializing, Event{Kind: DeviceKept})
	k.note(Initializing, Closed, Event{Kind: StartFailed})
	if got := k.numbers(""); !slices.Equal(got, []uint64{1, 4}) {
		t.Errorf("%v are kept", got)
	}
}

func TestWhatIsSaidTwiceOfOneStartIsKeptOnce(t *testing.T) {
	for _, e := range []Event{{Kind: PasswordTyped, Detail: FromSettings}, {Kind: Exited}, {Kind: NetworkFailed}} {
		var k copies
		k.note(Closed, Closed, e) // its start is older than all that is kept
		k.note(Closed, Closed, e)
		k.note(Closed, Initializing, Event{Kind: Start})
		k.note(Closed, Closed, e)
		k.note(Closed, Closed, Event{Kind: LoggingIn})
		k.note(Closed, Closed, e)
		if got := k.numbers(e.Kind); !slices.Equal(got, []uint64{1, 4}) {
			t.Errorf("%s: %v are kept", e.Kind, got)
		}
	}
}

// A daemon that names a later time with each line says one thing: the first of it counts, and the latest.
func TestOfAFailureThatNamesLaterAndLaterTimesTheFirstAndTheLatestAreKept(t *testing.T) {
	until := time.Date(2026, 1, 2, 4, 0, 0, 0, time.UTC)
	var k copies
	k.note(Closed, Initializing, Event{Kind: Start})
	k.note(Initializing, Closed, Event{Kind: Throttled, Until: until})
	for n := range 10 {
		k.note(Closed, Closed, Event{Kind: Throttled, Until: until.Add(time.Duration(n+1) * time.Minute)})
	}
	k.note(Closed, Closed, Event{Kind: Throttled, Until: until.Add(10 * time.Minute)}) // nothing new
	if got := k.numbers(Throttled); !slices.Equal(got, []uint64{2, 3, 12}) {
		t.Errorf("%v are kept", got)
	}
}

func TestOfStartsThatAllFailedTheOldestIsDropped(t *testing.T) {
	var k copies
	var starts []uint64
	classes := []Kind{PasswordWrong, VersionRefused, BrandWrong}
	for n := range keeps[Start] + 1 {
		starts = append(starts, k.note(Closed, Initializing, Event{Kind: Start}))
		k.note(Initializing, Halted, Event{Kind: classes[n%len(classes)]})
	}
	if got := k.numbers(Start); !slices.Equal(got, starts[1:]) {
		t.Errorf("%v are kept of %v", got, starts)
	}
}

func TestWhatIsKeptFillsItsBytesToTheLast(t *testing.T) {
	// Without a refusal, and the one device that is known is older than what makes room.
	var k copies
	k.note(Closed, Closed, Event{Kind: Overruled})
	k.note(Closed, Closed, Event{Kind: DeviceKept})
	for range 4 {
		k.note(Closed, Closed, Event{Kind: LoginRepeated, Detail: strings.Repeat("x", 9000)})
	}
	one := Entry{Seq: 7, At: k.Entries()[0].At, Event: Event{Kind: LoginRepeated, Detail: "x"}, From: Closed, To: Closed, Carried: true}
	k.note(Closed, Closed, Event{Kind: LoginRepeated, Detail: strings.Repeat("x", maxKept-k.size-lineSize(one)+1)})
	if got := k.numbers(""); k.size != maxKept || !slices.Equal(got, []uint64{1, 2, 3, 4, 5, 6, 7}) {
		t.Fatalf("%v are kept, in %d bytes", got, k.size)
	}
	k.note(Closed, Closed, Event{Kind: LoginRepeated})
	if got := k.numbers(""); k.size > maxKept || !slices.Equal(got, []uint64{1, 2, 4, 5, 6, 7, 8}) {
		t.Errorf("with one more %v are kept, in %d bytes", got, k.size)
	}
	var only copies
	only.note(Closed, Closed, Event{Kind: LoginRepeated, Detail: strings.Repeat("x", maxKept)})
	if got := only.numbers(""); !slices.Equal(got, []uint64{1}) {
		t.Errorf("of one that is too long %v are kept", got)
	}
}

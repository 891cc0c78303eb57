package fsm

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// What stands at a bound, or one beside it. testdata/mutants.md has the bounds of which nothing can be seen.

func TestTheShortestLineWithAChecksumIsAnEmptyObject(t *testing.T) {
	line := seal(nil, []byte("{"))
	if _, err := NewReader(bytes.NewReader(line), false).Next(); err == nil || !strings.Contains(err.Error(), "not an entry") {
		t.Errorf("%s: %v", line, err)
	}
	if got := string(WithKept(line, nil)); !strings.HasPrefix(got, `{,"kept":[],"sum":"`) {
		t.Errorf("with copies: %s", got)
	}
	if object, sealed, err := unseal(seal(nil, nil)[:sumLen]); sealed || err != nil || len(object) != sumLen {
		t.Errorf("nothing with a checksum: %q, %v, %v", object, sealed, err)
	}
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// fullDisk takes nothing until it has room.
type fullDisk struct {
	room  bool
	lines []byte
}

func (d *fullDisk) Append(lines []byte) error {
	if !d.room {
		return errors.New("full")
	}
	d.lines = append(d.lines, lines...)
	return nil
}

func (d *fullDisk) Sync() error { return nil }

func TestADiskThatIsFullIsKeptFor2MiBAndThenForHalfOfThem(t *testing.T) {
	d := &fullDisk{}
	j := NewJournal(d)
	add := func(size int) {
		j.Append(noon, Idle, Idle, false, Event{Kind: Version, Detail: strings.Repeat("x", size)})
		j.Flush()
	}
	for len(j.unwritten) < maxUnwritten-10_000 {
		add(1000)
	}
	rest := maxUnwritten - len(j.unwritten)
	add(1 + rest - lineSize(Entry{Seq: j.seq + 1, At: noon, Event: Event{Kind: Version, Detail: "x"}, From: Idle, To: Idle}))
	if len(j.unwritten) != maxUnwritten || j.unwritten[0] != '{' {
		t.Fatalf("%d bytes of %d are kept", len(j.unwritten), maxUnwritten)
	}
	add(1)
	if n := len(j.unwritten); n > maxUnwritten/2 || n < maxUnwritten/2-2000 {
		t.Errorf("after one line more %d bytes are kept", n)
	}
	d.room = true
	if err := j.Flush(); err != nil || len(d.lines) > maxUnwritten/2 || d.lines[0] != '{' {
		t.Errorf("%v, %d bytes, from %.20q", err, len(d.lines), d.lines)
	}
}

func TestAReaderIsWokenByEntriesAlone(t *testing.T) {
	j := NewJournal(&fullDisk{room: true})
	_, ok, more := j.Look(0)
	j.Flush()
	select {
	case <-more:
		t.Error("it is woken, and there is nothing")
	default:
	}
	j.Append(noon, Idle, Idle, false, Event{Kind: Boot})
	j.Flush()
	<-more
	if e, now, _ := j.Look(0); ok || !now || e.Seq != 1 {
		t.Errorf("before %v, then %v with seq %d", ok, now, e.Seq)
	}
}

func TestMemoryHoldsAWindowAndAQuarterOfOne(t *testing.T) {
	j := NewJournal(&fullDisk{room: true})
	for n := range Window + slack {
		if len(j.entries) != n {
			t.Fatalf("of %d entries %d are in memory", n, len(j.entries))
		}
		j.Append(noon, Idle, Idle, false, Event{Kind: Version})
		j.Flush()
	}
	if len(j.entries) != Window {
		t.Errorf("%d are in memory", len(j.entries))
	}
}

func TestTheDiskIsAskedOnlyForWhatHasRoomInTheWindow(t *testing.T) {
	for recalled, want := range map[int]int{0: 0, 1: Window, Window - 1: Window, Window: Window, Window + 5: Window + 5} {
		j := NewJournal(&fullDisk{room: true})
		asked := 0
		j.Earlier(func(n int) (past []Entry) {
			asked += n
			for seq := uint64(1); seq <= 10*Window; seq++ {
				past = append(past, Entry{Seq: seq})
			}
			return past
		})
		for n := range recalled {
			j.Recall(Entry{Seq: uint64(5*Window + n)})
		}
		e, ok, _ := j.Look(7)
		wantAsked := Window
		if recalled == 0 || recalled >= Window {
			wantAsked = 0
		}
		if ok != (recalled > 0) || asked != wantAsked || len(j.entries) != want {
			t.Errorf("%d recalled: %v, asked for %d, %d in memory", recalled, ok, asked, len(j.entries))
		}
		seen := max(0, recalled-Window)
		if first := uint64(5*Window + seen - (Window - min(recalled, Window))); ok && e.Seq != first {
			t.Errorf("%d recalled: the oldest is %d, want %d", recalled, e.Seq, first)
		}
		for i := 1; i < len(j.entries); i++ {
			if j.entries[i].Seq != j.entries[i-1].Seq+1 {
				t.Fatalf("%d recalled: %d after %d", recalled, j.entries[i].Seq, j.entries[i-1].Seq)
			}
		}
	}
}

func TestAReaderSaysWhetherAnEndlessLineEnds(t *testing.T) {
	long := strings.Repeat("x", 3*MaxLine)
	for text, open := range map[string]bool{long: true, long + "\n": false} {
		r := NewReader(strings.NewReader(text), false)
		if _, err := r.Next(); err == nil {
			t.Error("it is a line")
		}
		if n, got := r.Whole(); got != open || n != int64(len(text)) {
			t.Errorf("%d bytes of %d, open %v", n, len(text), got)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
	}
}

func TestTheLatestTenCodesAreRemembered(t *testing.T) {
	s := Snapshot{State: AwaitingCode}
	for n := range 3 * CodesPerMinute {
		s = s.After(Entry{At: noon.Add(time.Duration(n) * time.Second), Event: Event{Kind: CodeTyped}, From: AwaitingCode, To: AwaitingCode})
	}
	if n := len(s.typed); n != CodesPerMinute || !s.typed[n-1].Equal(noon.Add((3*CodesPerMinute-1)*time.Second)) {
		t.Errorf("%d are, the latest of %v", n, s.typed[n-1])
	}
}

func TestOnlyARequestForACodeSaysWhenAnotherSMSMayBeAskedFor(t *testing.T) {
	asked := Entry{Seq: 1, At: noon, Event: Event{Kind: CodeSent}, From: Initializing, To: AwaitingCode}
	s := Snapshot{State: Initializing}.After(asked)
	if want := noon.Add(CodeEvery); !s.Challenge.Again.Equal(want) || !s.NextSMS().Equal(want) {
		t.Errorf("a code: again at %v", s.Challenge.Again)
	}
	s = s.After(Entry{Seq: 2, At: noon, Event: Event{Kind: CaptchaWanted}, From: AwaitingCode, To: AwaitingCaptcha})
	if s.Challenge.Kind != ChallengeCaptcha || !s.Challenge.Again.IsZero() {
		t.Errorf("a picture: %+v", s.Challenge)
	}
}

// A gateway that starts again, or plans the next try, does not forget why there is a trouble that a person was told of.
func TestTheReasonOutlivesARestartOfTheGateway(t *testing.T) {
	s := newStory()
	now := Snapshot{State: Idle}
	for _, e := range []Event{{Kind: Start}, {Kind: NetworkFailed}, {Kind: Exited}, {Kind: TroubleTold}, {Kind: Boot}, {Kind: RestartScheduled}, {Kind: Start}} {
		now = now.After(s.tell(time.Second, e))
		if e.Kind != Start && now.Trouble.Why.Kind != NetworkFailed || e.Kind == Boot && now.State != Idle || e.Kind == RestartScheduled && now.State != Closed {
			t.Errorf("after %s it is %s, in %s", e.Kind, now.Trouble.Why.Kind, now.State)
		}
	}
	if now.Trouble.Why.Kind != NetworkFailed {
		t.Errorf("while it is tried again it is %s", now.Trouble.Why.Kind)
	}
}

func TestALineThatNoRuleKnowsIsCutBeyondItsBytes(t *testing.T) {
	long := strings.Repeat("x", MaxUnknownText)
	for text, want := range map[string]string{long: long, long + "y": long, strings.Repeat("\x80", 2*MaxUnknownText): ""} {
		var tally Tally
		tally.Add(text, noon)
		if got := tally.Lines()[0].Text; got != want {
			t.Errorf("%d bytes become %d", len(text), len(got))
		}
	}
	var tally Tally
	for _, digit := range "0123456789" {
		tally.Add("line "+string(digit), noon)
	}
	tally.Add("line /", noon)
	tally.Add("line :", noon)
	if got := tally.Lines(); len(got) != 3 || !slices.ContainsFunc(got, func(u Unknown) bool { return u.Text == "line 0" && u.Count == 10 }) {
		t.Errorf("got %+v", got)
	}
}

func TestAPersonIsRemindedBeforeTheMarketOpensOnEachWorkingDay(t *testing.T) {
	m := Market{Hour: 9, Minute: 30, Zone: time.UTC}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 1, day, hour, minute, 0, 0, time.UTC) } // the 2nd is a Friday
	for after, want := range map[time.Time]time.Time{
		at(2, 8, 59): at(2, 9, 0), at(2, 9, 0): at(5, 9, 0), at(3, 0, 0): at(5, 9, 0), at(4, 12, 0): at(5, 9, 0), at(5, 9, 1): at(6, 9, 0),
	} {
		if got := m.Reminder(after); !got.Equal(want) {
			t.Errorf("after %v: %v, want %v", after, got, want)
		}
	}
	if got := (Market{}).Reminder(noon); !got.IsZero() {
		t.Errorf("no market opens at %v", got)
	}
}

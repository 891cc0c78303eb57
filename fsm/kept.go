package fsm

import "slices"

// keeps says how many of the latest entries of a kind must not be forgotten, whatever their age: what the [Ledger] and the [Snapshot]
// look back at, which a test compares them by. Each bound is above what a rule counts: six starts, seven wrong passwords, ten codes
// a minute. The classes of failure are not among them: see keptFailures.
var keeps = map[Kind]int{
	Start: 32, StartFailed: 1, PortReplaced: 32, LoginRepeated: 16, LoginProven: 1, DeviceKept: 1, SetupNoted: 1, Relogin: 1, LinesLost: 1, Overruled: 1, RestartScheduled: 1, Stop: 1,
	LoggingIn: 2, PasswordTyped: 2, Exited: 2,
	CodeWanted: 1, CodeRequesting: 1, CodeSent: 1, CodeNotSent: 4, TooFrequent: 4,
	TroubleTold: 1, TroubleAgain: 1, TroubleOver: 1,
	CodeAsked: 2, CodeTyped: CodesPerMinute, CaptchaAsked: PicturesPerMinute, CaptchaTyped: PicturesPerMinute,
}

const (
	// keptFailures is how many of the latest entries of one class of failure must not be forgotten.
	keptFailures = 16
	// maxKept bounds what is kept, in bytes of its lines, so that it has room in one line of a journal.
	maxKept = 40 << 10
)

// Counts reports whether entries of this kind must not be forgotten. Of other kinds, only those in which a login succeeds must not.
func (k Kind) Counts() bool {
	_, failed := k.Failure()
	return failed || keeps[k] > 0
}

// Kept is what must not be forgotten of a journal, as copies of its entries. Each new file begins with them, and so does a reader that
// comes from the end. Its zero value has none. It is not safe for concurrent use.
type Kept struct {
	entries []Entry // in order
	size    int     // bytes of their lines
}

// Note takes an entry into account, in the order of the journal.
func (k *Kept) Note(e Entry) {
	class, most := keptAs(e)
	switch {
	case most == 0:
		return
	case e.Kind == StartFailed:
		k.drop(k.latestStart()) // it was no start, and all is as it was before
		return
	case isFailure(e) && k.repeats(e), class == string(PasswordTyped) && k.since(PasswordTyped), e.Kind == Exited && k.since(Exited):
		return
	}
	if k.count(class) >= most {
		k.drop(k.oldest(class))
	}
	e.Carried = true
	k.entries = append(k.entries, e)
	k.size += lineSize(e)
	for k.size > maxKept && len(k.entries) > 1 {
		k.drop(k.least())
	}
}

// Entries are the copies, in the order of the journal. The caller must not change them.
func (k *Kept) Entries() []Entry { return k.entries }

// keptAs returns what an entry is one of, and how many of the latest of these must not be forgotten.
func keptAs(e Entry) (class string, most int) {
	switch {
	case e.Changed() && e.To == Connected:
		return "success", 1 // in whatever words
	case isFailure(e):
		return string(e.Kind), keptFailures
	case (e.Kind == CodeNotSent || e.Kind == TooFrequent) && e.Until.IsZero():
		return "", 0
	case e.Kind == Stop:
		return "stop by " + e.Detail, keeps[Stop]
	case e.Kind == PasswordTyped && e.Detail != FromSettings:
		return "password handed over", MaxGuesses + 1
	case e.Kind == CodeAsked && e.Detail != AskedByGateway:
		return "code asked by wish", MaxSMS + CodesPerMinute
	}
	return string(e.Kind), keeps[e.Kind]
}

func isFailure(e Entry) bool {
	_, ok := e.Kind.Failure()
	return ok
}

func (k *Kept) count(class string) (n int) {
	for _, e := range k.entries {
		if c, _ := keptAs(e); c == class {
			n++
		}
	}
	return n
}

// latestStart returns its place, -1 if there is none.
func (k *Kept) latestStart() int {
	i := len(k.entries) - 1
	for i >= 0 && k.entries[i].Kind != Start {
		i--
	}
	return i
}

// since reports whether there is one of a kind since the latest start.
func (k *Kept) since(kind Kind) bool {
	for i := len(k.entries) - 1; i >= 0 && k.entries[i].Kind != Start; i-- {
		if k.entries[i].Kind == kind {
			return true
		}
	}
	return false
}

// repeats reports whether a failure says nothing new of the latest start: that it failed so was said before, and to be over no
// earlier. What says less than it is dropped, but for the first.
func (k *Kept) repeats(e Entry) bool {
	last, said := 0, 0
	for i := len(k.entries) - 1; i >= 0 && k.entries[i].Kind != Start; i-- {
		if k.entries[i].Kind != e.Kind {
			continue
		}
		if !e.Changed() && !e.Until.After(k.entries[i].Until) {
			return true
		}
		if last = max(last, i); !k.entries[i].Changed() {
			said++
		}
	}
	if said > 1 {
		k.drop(last)
	}
	return false
}

// oldest returns the place of the oldest of a class. A start that did not fail goes before one that did: without its start a failure
// would be a further word on the one before, and count for nothing.
func (k *Kept) oldest(class string) int {
	first := -1
	for i, e := range k.entries {
		if c, _ := keptAs(e); c != class {
			continue
		}
		if e.Kind != Start || !k.failed(i) {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// failed reports whether the start at a place is known to have failed.
func (k *Kept) failed(start int) bool {
	for _, e := range k.entries[start+1:] {
		if e.Kind == Start {
			return false
		}
		if isFailure(e) {
			return true
		}
	}
	return false
}

// least returns the place of the oldest entry but for the latest refusal, and for what there is one of.
func (k *Kept) least() int {
	refusal := len(k.entries) - 1
	for e := k.entries[refusal]; refusal > 0 && !(isFailure(e) && e.Changed() && e.To == Halted); e = k.entries[refusal] {
		refusal--
	}
	i := slices.IndexFunc(k.entries, func(e Entry) bool {
		_, most := keptAs(e)
		return most > 1 && e.Seq != k.entries[refusal].Seq
	})
	return max(0, i)
}

func (k *Kept) drop(i int) {
	if i >= 0 {
		k.size -= lineSize(k.entries[i])
		k.entries = slices.Delete(k.entries, i, i+1)
	}
}

func lineSize(e Entry) int { return len(AppendLine(nil, e)) }

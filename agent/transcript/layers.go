package transcript

import (
	"bytes"
	"regexp"
	"sync"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
)

// peel takes one layer off a line, which has no end. A line that does not have the layer stays as it is; keep is false for one that
// is not the daemon's. at is when the layer says that the line was printed, zero if it does not say.
type peel func(line []byte) (rest []byte, at time.Time, keep bool)

// kind is one kind of layer. fit looks at lines and returns how it is taken off, nil if they do not have it.
type kind struct {
	name string
	fit  func(lines [][]byte) peel
}

// The two layers that say what the rest is, and what it is without them.
const (
	byGateway = "the gateway's output"
	inGTWLog  = "lines of a GTWLog"
	rawBytes  = "terminal bytes"
)

// kinds are all of them. The first that fits is the outermost; what follows may hide within it.
var kinds = []kind{
	{"quoted with >", quoted},
	{"with line numbers", numbered},
	{"journalctl", prefixed(journal)},
	{"kubectl logs with prefixes", prefixed(pod)},
	{"docker compose logs", prefixed(service)},
	{"with times in front, as of docker logs -t", prefixed(moment)},
	{byGateway, gateway},
	{inGTWLog, gtwLog},
}

// PartNames are all the names that [Form.Parts] may have.
func PartNames() []string {
	names := []string{rawBytes, withMark, inUTF16}
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// outermost is the outermost layer of some lines; its peel is nil if there is none.
func outermost(lines [][]byte) (name string, p peel) {
	for _, k := range kinds {
		if p := k.fit(lines); p != nil {
			return k.name, p
		}
	}
	return "", nil
}

// A prefix ends where the line begins that was passed on. Its groups are by name: when it was, and who said it.
var (
	journal = compiled(`^(?:-- .* --$|(?:\S{1,10} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S{1,6}|\d{9,11}\.\d+|(?P<at>` + stamp + `)) [\w.-]+ (?P<who>[\w@.\\:/-]+?)(?:\[\d+\])?: ?)`)
	pod     = compiled(`^\[pod/[^/\]]+/(?P<who>[^/\]]+)\] ?`)
	service = compiled(`^(?:\x1b\[[\d;]*m)*(?P<who>[A-Za-z0-9][\w.-]*) {2,}\| ?(?:\x1b\[[\d;]*m)?`)
	moment  = compiled(`^(?P<at>` + stamp + `)(?: (?:stdout|stderr) [FP])?(?: |$)`)
)

// compiled is a pattern that is compiled on first use: only replay reads transcripts, and each start of the program would wait.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// stamp is a time as containers and journals write it.
const stamp = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)`

// mark stands in front of each line of the daemon in the gateway's output.
var mark = []byte("opend | ")

// prefixed is a kind whose lines have something in front. Of several who speak those that pass our mark on count; without one all do.
func prefixed(pattern func() *regexp.Regexp) func([][]byte) peel {
	group := func(line []byte, m []int, i int) string {
		if i < 0 || m[2*i] < 0 {
			return ""
		}
		return string(line[m[2*i]:m[2*i+1]])
	}
	return func(lines [][]byte) peel {
		front := pattern()
		who, at := front.SubexpIndex("who"), front.SubexpIndex("at")
		marked, n := map[string]bool{}, 0
		for _, line := range lines {
			m := front.FindSubmatchIndex(line)
			if m == nil {
				continue
			}
			n++
			if bytes.Contains(line[m[1]:], mark) {
				marked[group(line, m, who)] = true
			}
		}
		if !most(n, lines) {
			return nil
		}
		return func(line []byte) ([]byte, time.Time, bool) {
			m := front.FindSubmatchIndex(line)
			if m == nil {
				return line, time.Time{}, true
			}
			return line[m[1]:], when(group(line, m, at)), len(marked) == 0 || marked[group(line, m, who)]
		}
	}
}

// when reads a stamp, zero if there is none.
func when(text string) time.Time {
	for _, layout := range [2]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// most reports whether n of some lines are at least half of those that are not blank.
func most(n int, lines [][]byte) bool {
	blank := 0
	for _, line := range lines {
		if len(bytes.TrimSpace(line)) == 0 {
			blank++
		}
	}
	return n > 0 && 2*n >= len(lines)-blank
}

// gateway is what the gateway prints: lines of the daemon behind our mark, and lines of its own, which are none of the daemon's.
func gateway(lines [][]byte) peel {
	for _, line := range lines {
		if bytes.HasPrefix(line, mark) {
			return func(line []byte) ([]byte, time.Time, bool) {
				rest, ok := bytes.CutPrefix(line, mark)
				return rest, time.Time{}, ok
			}
		}
	}
	return nil
}

// What the daemon's log has and its console does not.
var (
	logWords      = compiled(`ProgramStatusType_|IsAllowStartUpOpenD|NotifyConnectStatusChanged|OMEvProc_ConnClosed`)
	programStatus = compiled(`ProgramStatusType_[A-Za-z]+`)
	logBoundary   = compiled(`\] ?|: |\| ?|\t| {2,}`)
)

// gtwLog is the daemon's own log. It repeats what the console shows, behind something whose form is not publicly known, so what begins at some
// boundary and is known counts.
func gtwLog(lines [][]byte) peel {
	for _, line := range lines {
		if !logWords().Match(line) {
			continue
		}
		if rest, _, _ := offLog(line); !bytes.Equal(rest, line) || !bytes.HasPrefix(line, []byte("ProgramStatusType_")) {
			return offLog
		}
	}
	return nil
}

// What stands in front of a line of the log, at most: how long it is with the line, in bytes, and how often it may be taken for its end.
const (
	maxLogLine    = 8 << 10
	maxBoundaries = 24
)

func offLog(line []byte) ([]byte, time.Time, bool) {
	if len(line) > maxLogLine {
		return line, time.Time{}, true
	}
	line = bytes.TrimRight(line, "\r ")
	if console.Knows(string(line)) {
		return line, time.Time{}, true
	}
	for _, b := range logBoundary().FindAllIndex(line, maxBoundaries) {
		if console.Knows(string(line[b[1]:])) {
			return line[b[1]:], time.Time{}, true
		}
	}
	if status := programStatus().Find(line); status != nil {
		return status, time.Time{}, true
	}
	return line, time.Time{}, true
}

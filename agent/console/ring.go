package console

// RingSize is how many lines are kept: more than a screen of what led to a surprise.
const RingSize = 64

// ringLine bounds a line in the ring, in bytes, so that a ring stays below 32 KiB.
const ringLine = 512

// Ring keeps the latest lines that it was given, for a person who wants to know what the daemon said.
type Ring struct {
	lines [RingSize][]byte // each in its own memory, again and again
	count uint64           // of all lines that were given
}

// Add takes one line, which has no secrets any more.
func (r *Ring) Add(text string) {
	line := &r.lines[r.count%RingSize]
	*line = append((*line)[:0], cut(text, ringLine)...)
	r.count++
}

// Latest returns up to n of the kept lines, oldest first.
func (r *Ring) Latest(n int) []string {
	n = min(n, RingSize, int(min(r.count, RingSize)))
	out := make([]string, 0, n)
	for i := r.count - uint64(n); i < r.count; i++ {
		out = append(out, string(r.lines[i%RingSize]))
	}
	return out
}

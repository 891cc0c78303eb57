package transport

import "time"

// What a client may send, not counting STATUS, before it is cut off: two hundred frames at once and ten a
// second for ever. No person and no program that waits for answers comes near it.
const (
	bucketSize   = 200
	bucketPerSec = 10
)

// bucket is a token bucket for one client. It belongs to the goroutine that reads.
type bucket struct {
	tokens float64
	at     time.Time
}

func fullBucket(now time.Time) bucket { return bucket{tokens: bucketSize, at: now} }

// take reports whether one more frame is within the bound.
func (b *bucket) take(now time.Time) bool {
	b.tokens = min(bucketSize, b.tokens+now.Sub(b.at).Seconds()*bucketPerSec)
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

package transport

import "time"

// What a client may send, not counting STATUS, before it is cut off: two hundred frames at once and ten a
// second for ever. No person and no program that waits for answers comes near it.
const (
	maxFrames    = 200
	framesPerSec = 10
)

// bucket holds what may still be done. It belongs to the goroutine that takes.
type bucket struct {
	size, perSec float64
	left         float64
	at           time.Time
}

func fullBucket(size, perSec float64, now time.Time) bucket {
	return bucket{size: size, perSec: perSec, left: size, at: now}
}

// take reports whether one more is within the bound.
func (b *bucket) take(now time.Time) bool {
	b.left = min(b.size, b.left+now.Sub(b.at).Seconds()*b.perSec)
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

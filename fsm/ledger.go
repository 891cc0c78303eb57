package fsm

import "time"

// What the gateway spends of the account by itself. The broker locks an account after about ten wrong passwords,
// and falls silent after about eight starts in a few hours; both stay well out of reach, for a person's own tries too.
const (
	MaxStarts    = 6
	StartsWithin = 3 * time.Hour
	MaxFailed    = 3
	FailedWithin = 24 * time.Hour
)

// carried are the kinds, beside the classes of failure, that a new journal file begins with a copy of, and for how long.
var carried = map[Kind]time.Duration{
	Start: FailedWithin, StartFailed: FailedWithin, CodeAsked: FailedWithin, DeviceKept: Forever,
}

// CarriedFor is how long a new journal file begins with a copy of an entry of this kind, 0 for never.
func (k Kind) CarriedFor() time.Duration {
	if f, ok := k.Failure(); ok {
		return f.Carried
	}
	return carried[k]
}

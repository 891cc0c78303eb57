package fsm

import "time"

// Refusal is why a command was not obeyed. The account pays nothing for a refused command.
type Refusal struct {
	Code    string        // for programs; never renamed
	Message string        // for a person: what is wrong, and what to do
	Wait    time.Duration // after which it is worth trying again, 0 if time changes nothing
}

func (r *Refusal) Error() string { return r.Message }

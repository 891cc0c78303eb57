package fsm

// Refusal is why a command was not obeyed. The account pays nothing for a refused command.
type Refusal struct {
	Code    string // for programs; never renamed
	Message string // for a person: what is wrong, and what to do
}

func (r *Refusal) Error() string { return r.Message }

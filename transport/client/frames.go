package client

import (
	"bytes"
	"encoding/json"
	"time"
)

// Status is the whole state of a gateway. State, Kind and Class are words of the wire; its description lists them, and
// more may come.
type Status struct {
	State      string     `json:"state"`
	Number     int        `json:"status"` // the state as version 1 of the wire counts it
	Since      time.Time  `json:"since,omitzero"`
	Seq        uint64     `json:"seq"`               // of the latest event
	Ready      bool       `json:"ready"`             // quotes would work now
	Missing    string     `json:"missing,omitempty"` // the first part that is missing for that, empty if none is or the gateway does not tell
	API        *API       `json:"api,omitempty"`
	Challenge  *Challenge `json:"challenge,omitempty"`
	Halted     *Halted    `json:"halted,omitempty"`
	Trouble    *Trouble   `json:"trouble,omitempty"`     // why the account is not ready; nil if it is, or the gateway does not tell
	NextStart  time.Time  `json:"next_start,omitzero"`   // when the daemon is started by itself, zero if it is not
	Unknown    []Unknown  `json:"unknown,omitempty"`     // the daemon's lines that the gateway does not understand, the latest first
	Account    string     `json:"account,omitempty"`     // its last digits only
	Name       string     `json:"name,omitempty"`        // what people call the gateway
	APIAddress string     `json:"api_address,omitempty"` // where the daemon's API listens
	Shell      string     `json:"shell,omitempty"`       // what a command is put behind to run it where the gateway runs
	Daemon     *Daemon    `json:"daemon,omitempty"`      // what the daemon printed of itself
	Week       *Week      `json:"week,omitempty"`        // how the last seven days went, nil if nothing is known
}

// Week is which part of the last seven days each condition lasted, from 0 to 1, of the time that is known.
type Week struct {
	Known   int64   `json:"known"`   // seconds, a week at most
	Ready   float64 `json:"ready"`   // quotes were proven to work
	Wanted  float64 `json:"wanted"`  // a person was asked for something
	Trouble float64 `json:"trouble"` // neither, and nobody wished it
	Down    float64 `json:"down"`    // somebody stopped it, or no gateway ran
}

// Daemon is what the daemon printed of itself since its start, as printed.
type Daemon struct {
	Version     string   `json:"version,omitempty"`
	RSA         string   `json:"rsa,omitempty"`
	Quota       string   `json:"quota,omitempty"`
	Rights      []string `json:"rights,omitempty"`      // a market and a level each
	Connections []string `json:"connections,omitempty"` // the access points
}

// Unknown is such a line, as it was first seen. Lines that differ in digits alone count as one.
type Unknown struct {
	Line  string    `json:"line"`
	Count uint64    `json:"count"`
	Last  time.Time `json:"last"`
}

// API is what the daemon's own API told since the login.
type API struct {
	Ready  bool      `json:"ready"`            // it answers, and quotes are logged in
	Why    string    `json:"why,omitempty"`    // what is missing, for a person
	Server string    `json:"server,omitempty"` // its version
	Trade  bool      `json:"trade"`            // trading is logged in
	Rights string    `json:"rights,omitempty"` // the quote rights
	Proven time.Time `json:"proven,omitzero"`  // when it was last proven that quotes work, by the gateway's clock
	Age    int       `json:"age,omitempty"`    // of that proof, in seconds
}

// Challenge is what the daemon wants of a person.
type Challenge struct {
	ID           uint64    `json:"id"`
	Kind         string    `json:"kind"` // code, captcha or password
	Asked        time.Time `json:"asked"`
	Again        time.Time `json:"again,omitzero"`          // when another SMS may be asked for
	AttemptsLeft *int      `json:"attempts_left,omitempty"` // codes that may be typed within this minute
}

// Halted is why the daemon is not started by itself.
type Halted struct {
	Class  string `json:"class"`
	Detail string `json:"detail,omitempty"`
	Advice string `json:"advice,omitempty"`
}

// Trouble is why the account is not ready, in English.
type Trouble struct {
	Since  time.Time `json:"since"`            // since when the account is not ready
	Class  string    `json:"class"`            // the kind of the event that is the latest reason, or the class of failure
	Reason string    `json:"reason"`           // the latest reason
	Detail string    `json:"detail,omitempty"` // what the daemon says of it
	Advice string    `json:"advice"`           // what a person can do
	Next   string    `json:"next"`             // what happens next by itself
	Told   time.Time `json:"told,omitzero"`    // when a person was told, zero if nobody was
}

// Event is one entry of the gateway's journal. From and To are the states before and after it.
type Event struct {
	Seq       uint64    `json:"seq"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	Of        string    `json:"of,omitempty"` // the class of failure that still halts, or of the reason that a person is told; empty for other kinds
	Detail    string    `json:"detail,omitempty"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Challenge uint64    `json:"challenge,omitempty"`
	Until     time.Time `json:"until,omitzero"`
	Part      string    `json:"part,omitempty"` // what a proof of readiness lacks

	raw []byte
}

// JSON is the event as the gateway told it: one object on one line, with members that this version of the package may
// not know. It is empty if the event came from elsewhere.
func (e Event) JSON() []byte {
	var line bytes.Buffer
	if json.Compact(&line, e.raw) != nil {
		return nil
	}
	return line.Bytes()
}

// Ack is the answer to a command that was obeyed: the state after it, the challenge that is open or being
// answered, and what was risked, empty if nothing.
type Ack struct {
	State     string `json:"state"`
	Challenge uint64 `json:"challenge,omitempty"`
	Risk      string `json:"risk,omitempty"`
}

// frame is one message of the gateway, understood as far as is needed to know whose it is.
type frame struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	raw  []byte
}

// parse leaves what it does not understand without a type, which nobody waits for: gateways may be newer.
func parse(b []byte) (f frame) {
	if json.Unmarshal(b, &f) != nil {
		return frame{}
	}
	f.raw = b
	return f
}

// read understands the rest of a frame. A frame that is of another form leaves v as far as it came.
func (f frame) read(v any) { _ = json.Unmarshal(f.raw, v) }

// refusal is the error of an ERROR frame.
func (f frame) refusal() *RefusedError {
	var e struct {
		Error, Message string
		Wait           int
	}
	f.read(&e)
	return &RefusedError{Code: e.Error, Message: e.Message, Wait: time.Duration(e.Wait) * time.Second}
}

package fsm

import "time"

// Part is one part of being ready: the first that is missing is told.
type Part string

const (
	PartLogin   Part = "login"        // the state is not connected
	PartConnect Part = "connect"      // the API's port takes no connection, or ended it
	PartInit    Part = "init_connect" // the API refused the connection, or did not answer
	PartGlobal  Part = "global_state" // the API refused to tell its state, or did not answer
	PartQuotes  Part = "quotes"       // the API answers, and is not logged in to the quote server
	PartProgram Part = "program"      // the API answers, and says that it is not ready
	PartProof   Part = "proof"        // the last proof is too old
)

// Parts are all of them, in the order in which they are looked at.
func Parts() []Part {
	return []Part{PartLogin, PartConnect, PartInit, PartGlobal, PartQuotes, PartProgram, PartProof}
}

// ProofFor is how long a proof holds. The daemon is asked every 20 seconds and may take 10 to answer, so a
// proof that is older means that nobody asks any more.
const ProofFor = time.Minute

// API is what the daemon's own API told last.
type API struct {
	Ready  bool   // InitConnect and GetGlobalState were answered, quotes are logged in, and the program is ready
	Part   Part   // what is missing; empty if Ready, or if nothing was told yet
	Why    string // a sentence on that, empty as Part
	Server string // the server's version, empty if it was never told
	Trade  bool   // trading is logged in
	Rights string // the quote rights, empty if they were never told
}

// EndsTrade reports whether trading, too, is not logged in after this: an API that cannot be asked, or a program that is not ready, serves
// nothing. Quotes and trading are two sessions.
func (e Event) EndsTrade() bool { return e.Kind == APILost && e.Part != PartQuotes }

// after returns what is known of the API after one more entry.
func (a API) after(e Entry) API {
	switch e.Kind {
	case APIReady:
		a.Ready, a.Part, a.Why, a.Server = true, "", "", e.Detail
	case APILost:
		a.Ready, a.Trade, a.Part, a.Why = false, a.Trade && !e.EndsTrade(), e.Part, e.Detail
	case TradeReady:
		a.Trade = true
	case TradeLost:
		a.Trade = false
	case QuoteRights:
		a.Rights = e.Detail
	}
	switch {
	case e.To != Connected && e.To != Reconnecting, e.Changed() && e.To == Reconnecting && e.Kind != SessionLost:
		return API{} // nobody asks it there: see the agent
	}
	return a
}

// Lacks returns the first part that is missing at a time for quotes to work, empty if they would. proven is when
// the daemon's API last proved it.
func (s Snapshot) Lacks(proven, now time.Time) Part {
	switch {
	case s.State != Connected:
		return PartLogin
	case s.API.Part != "":
		return s.API.Part
	case !s.API.Ready:
		return PartConnect
	case now.Sub(proven) > ProofFor:
		return PartProof
	}
	return ""
}

package transport

import (
	"net/http"
	"net/netip"
	"time"

	doors "github.com/ostai/futuopend-gateway/transport/gate"
)

// Gate is what is known of the clients of the daemon's API, and how they are sent away. All of it is safe for concurrent use.
type Gate interface {
	Doors() []doors.DoorStatus
	Clients() []doors.Client
	// Before are the addresses that were connected when the gate was shut, none while it is open.
	Before() []string
	// Attempts is about how often somebody tried since then; ok is false where that is not known.
	Attempts() (about uint64, ok bool)
	// End ends the connections from an address, or all with an empty one, and returns how many there were.
	End(address string) int
}

// doorBody is one port of the daemon as clients reach it.
type doorBody struct {
	Door     string    `json:"door"`
	Address  string    `json:"address"`
	Open     bool      `json:"open"`
	Since    time.Time `json:"since,omitzero"` // since when it is open
	Why      string    `json:"why,omitempty"`  // why it is not, although the account is logged in
	Clients  int       `json:"clients"`
	Oldest   time.Time `json:"oldest,omitzero"` // since when the first of them is connected
	From     uint64    `json:"from_clients"`    // bytes, since the gateway began
	To       uint64    `json:"to_clients"`
	Attempts *uint64   `json:"attempts,omitempty"` // about how often somebody tried to connect since it was shut
}

// newDoors is nil without a gate.
func newDoors(g Gate) (out []doorBody) {
	if g == nil {
		return nil
	}
	var tried *uint64
	if n, ok := g.Attempts(); ok {
		tried = &n
	}
	for _, d := range g.Doors() {
		body := doorBody{
			Door: d.Name, Address: d.Address, Open: !d.Since.IsZero(), Since: utc(d.Since), Why: d.Why, Clients: d.Clients, Oldest: utc(d.Oldest),
			From: d.Bytes.FromClients, To: d.Bytes.ToClients,
		}
		if !body.Open {
			body.Attempts = tried
		}
		out = append(out, body)
	}
	return out
}

func utc(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.UTC()
}

// clientBody is one client of the daemon.
type clientBody struct {
	Door    string    `json:"door"`
	Address string    `json:"address"` // with its port
	Since   time.Time `json:"since"`
	From    uint64    `json:"from_client"` // bytes
	To      uint64    `json:"to_client"`
}

// clientsBody has a list even if it is empty.
type clientsBody struct {
	Clients []clientBody `json:"clients"`
	Before  []string     `json:"before,omitempty"` // who was connected when the gate was shut
}

var errGateOff = refuse("gate_off", "FUTU_GATE is no: FutuOpenD has its port itself, and its clients are not known")

// clients tells who is connected to the daemon through the gate.
func (s *Server) clients(w http.ResponseWriter, _ *http.Request) {
	if s.cfg.Gate == nil {
		s.problem(w, errGateOff)
		return
	}
	body := clientsBody{Clients: []clientBody{}, Before: s.cfg.Gate.Before()}
	for _, c := range s.cfg.Gate.Clients() {
		body.Clients = append(body.Clients, clientBody{c.Door, c.Address, c.Since.UTC(), c.Bytes.FromClients, c.Bytes.ToClients})
	}
	tellJSON(w, http.StatusOK, body)
}

// endedBody is how many clients were sent away.
type endedBody struct {
	Ended int `json:"ended"`
}

// endClients sends away all clients of the daemon, or those from the address that the body names. They may come back at once.
func (s *Server) endClients(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(w, r)
	address := ""
	if err == nil {
		address, err = addressIn(body)
	}
	if err == nil && s.cfg.Gate == nil {
		err = errGateOff
	}
	if err != nil {
		s.problem(w, err)
		return
	}
	tellJSON(w, http.StatusOK, endedBody{s.cfg.Gate.End(address)})
}

// addressIn is the address that a body names, with or without a port, empty if it names none.
func addressIn(body frame) (text string, err error) {
	if _, there := body.members["address"]; !there {
		return "", nil
	}
	body.text("address", &text)
	_, alone := netip.ParseAddr(text)
	_, whole := netip.ParseAddrPort(text)
	if alone != nil && whole != nil {
		return "", refuse("address_invalid", `address must be one of GET /clients, with or without its port, as {"address":"10.0.0.5"}; without it all clients are sent away`)
	}
	return text, nil
}

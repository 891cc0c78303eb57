package metrics

import (
	"context"
	"maps"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// prefix begins the name of every metric that is ours.
const prefix = "futuopend_gateway_"

// answerWithin bounds how long a scrape waits for the loop, which is busy for longer only while it waits for a disk or
// asks the daemon for its flags.
const answerWithin = time.Second

// unknown stands for a figure that cannot be told at present. A comparison with it is false, so that no alert
// takes it for a value, and the name is there all the same.
var unknown = math.NaN()

// collect tells every figure of ours.
func (m *Metrics) collect(s *sheet) {
	now := m.present()
	m.state(s, now)
	m.account(s, now)
	m.program(s)
	m.gate(s)
}

// state tells where the gateway stands.
func (m *Metrics) state(s *sheet, now tally) {
	at := time.Now()
	proven := m.cfg.Proven()
	lacks := now.sum.Lacks(proven, at)

	states := s.gauge("state", "1 for the state that the gateway is in, 0 for the others.", "state")
	spent := s.counter("state_seconds_total", "Time spent in each state since the program started.", "state")
	for _, state := range fsm.States() {
		states.is(truth(now.sum.State == state), string(state))
		spent.is(now.spent[state].Seconds(), string(state))
	}
	s.gauge("ready", "1 if it is proven that quotes work, otherwise 0.").is(truth(lacks == ""))
	missing := s.gauge("missing", "1 for the first part that is missing for being ready, 0 for the others.", "part")
	for _, part := range fsm.Parts() {
		missing.is(truth(lacks == part), string(part))
	}
	age := unknown
	if !proven.IsZero() {
		age = max(0, at.Sub(proven).Seconds())
	}
	s.gauge("proof_age_seconds", "Time since the daemon's API last proved that quotes work. NaN if it did not.").is(age)
	m.trouble(s, now, lacks, at)
	s.gauge("trade_ready", "1 if the daemon's API says that trading is logged in, otherwise 0.").is(truth(now.sum.API.Trade))
}

// trouble tells why the account is not ready.
func (m *Metrics) trouble(s *sheet, now tally, lacks fsm.Part, at time.Time) {
	t := now.sum.Trouble
	class, lasts := t.Why.Class(), max(0, at.Sub(t.Since).Seconds())
	switch {
	case lacks == "" || t.Since.IsZero() && lacks != fsm.PartProof:
		class, lasts = "", 0
	case lacks == fsm.PartProof:
		class, lasts = fsm.APILost, max(0, (at.Sub(m.cfg.Proven())-fsm.ProofFor).Seconds()) // the entries do not tell it
	}
	troubles := s.gauge("trouble", "1 for the latest reason why the account is not ready, 0 for the others.", "class")
	for _, k := range fsm.Grounds() {
		troubles.is(truth(k == class), string(k))
	}
	s.gauge("trouble_seconds", "Time since the account is not ready, 0 while it is.").is(lasts)
	s.gauge("trouble_told", "1 while a person knows of the trouble, otherwise 0.").is(truth(!t.Told.IsZero()))
}

// account tells what was spent of the account, and what became of it.
func (m *Metrics) account(s *sheet, now tally) {
	s.counter("starts_total", "Starts of the daemon, also of one that could not be started.").is(float64(now.starts))
	logins := s.counter("logins_total", "Logins by outcome, and by the class of the failure.", "outcome", "class")
	for l, n := range now.logins {
		logins.is(float64(n), string(l.outcome), string(l.class))
	}
	codes := s.counter("codes_total", "SMS codes by what became of them.", "result")
	captchas := s.counter("captchas_total", "Answers to pictures by what became of them.", "result")
	for _, r := range fsm.Results() {
		codes.is(float64(now.codes[r]), string(r))
		captchas.is(float64(now.captchas[r]), string(r))
	}
	starts, failedLogins := unknown, unknown
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	if a, b, err := m.cfg.Budget(ctx); err == nil {
		starts, failedLogins = float64(a), float64(b)
	}
	s.gauge("budget_starts_left", "Starts that the gateway may still make by itself. NaN if it cannot tell.").is(starts)
	s.gauge("budget_failed_logins_left", "Failed logins after which the gateway makes no start by itself. NaN if it cannot tell.").is(failedLogins)
}

// program tells of the program itself.
func (m *Metrics) program(s *sheet) {
	s.gauge("clients", "WebSocket clients that are connected.").is(float64(m.cfg.Clients()))
	s.counter("wrong_tokens_total", "Requests with a wrong token, or without one.").is(float64(m.cfg.WrongTokens()))
	all, strange := m.cfg.Lines()
	s.counter("lines_total", "Lines read from the daemon.").is(float64(all))
	s.counter("unknown_lines_total", "Lines of the daemon that no rule knows.").is(float64(strange))
	size := unknown
	if bytes, err := m.cfg.JournalSize(); err == nil {
		size = float64(bytes)
	}
	s.gauge("journal_size_bytes", "Size of the journal's files. NaN if it cannot be told.").is(size)
	s.counter("journal_write_failures_total", "Times that the journal could not be written.").is(float64(m.cfg.Unwritten()))

	sent := m.cfg.Notifications()
	messages := s.counter("notifications_total", "Messages to a person by what became of them, each target counted on its own.", "result")
	results := map[string]uint64{"sent": sent.Sent, "given_up": sent.GivenUp, "dropped": sent.Dropped}
	for _, result := range slices.Sorted(maps.Keys(results)) {
		messages.is(float64(results[result]), result)
	}
	s.counter("notification_failed_tries_total", "Tries to send a message that failed, also of messages that were sent in the end.").is(float64(sent.Failed))
	s.gauge("build_info", "What the program was built from; always 1.", "version", "revision", "goversion").
		is(1, m.cfg.Version, m.cfg.Revision, runtime.Version())
}

// gate tells of the daemon's clients, for each port on its own.
func (m *Metrics) gate(s *sheet) {
	open := s.gauge("gate_open", "1 while clients may connect to the daemon through the gate, otherwise 0.", "door")
	clients := s.gauge("gate_clients", "Clients that are connected to the daemon through the gate.", "door")
	taken := s.counter("gate_connections_total", "Connections that the gate took.", "door")
	refused := s.counter("gate_refused_total", "Connections that the gate refused.", "door", "reason")
	passed := s.counter("gate_bytes_total", "Bytes that passed the gate.", "door", "direction")
	for _, d := range m.cfg.Doors() {
		open.is(truth(!d.Since.IsZero()), d.Name)
		clients.is(float64(d.Clients), d.Name)
		taken.is(float64(d.Taken), d.Name)
		refused.is(float64(d.Refused.Address), d.Name, "address")
		refused.is(float64(d.Refused.Full), d.Name, "full")
		passed.is(float64(d.Bytes.FromClients), d.Name, "from_clients")
		passed.is(float64(d.Bytes.ToClients), d.Name, "to_clients")
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

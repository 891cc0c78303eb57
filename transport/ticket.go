package transport

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// ticketFor is how long a ticket lets in: as long as a person may take to see a message. A challenge that ends
// earlier ends its tickets.
const ticketFor = 15 * time.Minute

// A ticket is signed: the challenge, the Unix second until which it lets in, a nonce, and the HMAC-SHA-256 of these.
const (
	nonceAt    = 16
	signedSize = nonceAt + 12
	ticketSize = signedSize + sha256.Size
)

// letters write a ticket down: 96 letters and digits, which no messenger's markup touches. 60 bytes fill them to
// the last bit, so that no two texts are the same ticket.
var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// nonce tells apart the tickets of one challenge.
type nonce [signedSize - nonceAt]byte

// Tickets let people in whom a message reached. The key is of this run of the program and in memory alone, and so
// are the sessions: a restart of the gateway voids them all.
type Tickets struct {
	journal *fsm.Journal
	key     [sha256.Size]byte

	mu       sync.Mutex // guards what follows; taken before a session's
	used     map[nonce]time.Time
	sessions map[[sha256.Size]byte]*session // by the hash of their tokens
}

// NewTickets returns what makes the tickets of one run.
func NewTickets(j *fsm.Journal) *Tickets {
	t := &Tickets{journal: j, used: map[nonce]time.Time{}, sessions: map[[sha256.Size]byte]*session{}}
	rand.Read(t.key[:]) // it never fails
	return t
}

// Issue returns a ticket for a challenge: it lets in once, while that challenge is open, for 15 minutes at most. Nil
// Tickets make none, it is empty then: where there is no token, everybody is let in. It is safe for concurrent use.
func (t *Tickets) Issue(challenge uint64) string {
	if t == nil || challenge == 0 {
		return ""
	}
	return t.issue(challenge, time.Now())
}

func (t *Tickets) issue(challenge uint64, now time.Time) string {
	b := make([]byte, signedSize, ticketSize)
	binary.BigEndian.PutUint64(b, challenge)
	binary.BigEndian.PutUint64(b[8:], uint64(now.Add(ticketFor).Unix()))
	rand.Read(b[nonceAt:])
	return letters.EncodeToString(t.sign(b))
}

// sign appends the signature.
func (t *Tickets) sign(b []byte) []byte {
	h := hmac.New(sha256.New, t.key[:])
	h.Write(b)
	return h.Sum(b)
}

// redeem takes a ticket for the token of a session.
func (t *Tickets) redeem(text string, now time.Time) (token string, s *session, err error) {
	b, err := letters.DecodeString(text)
	if t == nil || err != nil || len(b) != ticketSize || !hmac.Equal(b, t.sign(b[:signedSize:signedSize])) {
		return "", nil, ticketWrong
	}
	open := t.journal.Snapshot()
	t.mu.Lock()
	defer t.mu.Unlock()
	// Strangers make no tickets, so used holds no more than the messages of the last quarter of an hour.
	for n, until := range t.used {
		if !now.Before(until) {
			delete(t.used, n)
		}
	}
	until := time.Unix(int64(binary.BigEndian.Uint64(b[8:])), 0)
	switch _, used := t.used[nonce(b[nonceAt:signedSize])]; {
	case used:
		return "", nil, ticketUsed
	case !now.Before(until) || open.Challenge.ID != binary.BigEndian.Uint64(b):
		return "", nil, ticketExpired
	}
	t.used[nonce(b[nonceAt:signedSize])] = until
	token, s = t.open(open.Seq, now)
	return token, s, nil
}

// The answers to a ticket that does not let in.
var (
	ticketWrong = &fsm.Refusal{
		Code:    "ticket_wrong",
		Message: "this gateway did not make the ticket, or made it before it was restarted; send the token, or wait for the next message",
	}
	ticketUsed = &fsm.Refusal{Code: "ticket_used", Message: "the ticket was used already; send the token, or wait for the next message"}
	// Tickets of an earlier challenge count as expired.
	ticketExpired = &fsm.Refusal{
		Code:    "ticket_expired",
		Message: "what the ticket was for is over, or 15 minutes are; send the token, or wait for the next message",
	}
)

// open makes a session. The oldest one goes if there are too many.
func (t *Tickets) open(seq uint64, now time.Time) (string, *session) {
	if len(t.sessions) >= maxSessions {
		t.dropOldest()
	}
	var b [sha256.Size]byte
	rand.Read(b[:])
	token := hex.EncodeToString(b[:])
	s := newSession(t.journal, seq, now)
	t.sessions[sha256.Sum256([]byte(token))] = s
	return token, s
}

func (t *Tickets) dropOldest() {
	var oldest [sha256.Size]byte
	var found *session
	for hash, s := range t.sessions {
		if found == nil || s.until.Before(found.until) {
			oldest, found = hash, s
		}
	}
	close(found.dropped)
	delete(t.sessions, oldest)
}

// session is the one that a token is of, nil for none. Those that are over are forgotten.
func (t *Tickets) session(token [sha256.Size]byte, now time.Time) *session {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for hash, s := range t.sessions {
		if s.standing(now) == nothing {
			delete(t.sessions, hash)
		}
	}
	return t.sessions[token]
}

// exchange serves a ticket: size, then JSON, then the ticket itself. A wrong one is counted, and answered
// as late as a wrong token is.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	text := ""
	body, err := readBody(w, r)
	if err == nil {
		text, err = body.wanted("ticket")
	}
	if err != nil {
		s.problem(w, err)
		return
	}
	var token string
	var in *session
	err = s.authority.try(r, func() (err error) {
		token, in, err = s.cfg.Tickets.redeem(text, time.Now())
		return err
	})
	if err != nil {
		s.problem(w, err)
		return
	}
	s.cfg.Log.Info("let in by the ticket of a message", zap.String("peer", peerOf(r)))
	tellJSON(w, http.StatusOK, entrance{token, in.until.UTC().Truncate(time.Second)})
}

// entrance answers a ticket.
type entrance struct {
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"` // at the latest
}

package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Config is what a server needs. Journal, Agent and Log are required.
type Config struct {
	Journal *fsm.Journal
	Agent   Agent
	Log     *zap.Logger
	// Origins are the pages that may connect beside those of the server's own host: patterns
	// for host:port as path.Match has them, checked with [ValidOrigin].
	Origins []string
	// Public is the address of the page as people reach it, an URL, empty if that is not known. Its page may connect.
	Public string
	// Hosts are the names that requests may be for beside those that no stranger can have and those of Origins and Public:
	// host names, or *.x for what is below x; checked with [ValidHost].
	Hosts []string
	// Token allows everything, checked with [ValidToken]. Without one whoever reaches the port may command.
	Token string
	// AnswerToken may answer what the daemon asks and read; ReadToken may read. They need a Token.
	AnswerToken, ReadToken string
	// Report is a text about this gateway that can be shown to strangers. It may take seconds. Nil: there is none.
	Report func(ctx context.Context) []byte
	// About tells this gateway from others.
	About About
	// Files is how many files connections may have, KeptFiles of them for those who always get in. 0: as many as they like.
	Files int
	// Gate is before the daemon's API. Nil: there is none.
	Gate Gate
	// Tickets let people in whom a message reached, where there is a Token.
	Tickets *Tickets
}

// ValidOrigin reports whether pattern can stand in [Config.Origins].
func ValidOrigin(pattern string) bool {
	_, err := path.Match(pattern, "")
	return err == nil && pattern != ""
}

const (
	// headersWithin and maxHeaders bound what a client may cost before it is one.
	headersWithin = 5 * time.Second
	maxHeaders    = 16 << 10
	idleFor       = time.Minute
)

// Server serves clients. Serve runs it, once.
type Server struct {
	cfg    Config
	http   *http.Server
	mux    *http.ServeMux
	routes []route         // what the mux serves
	open   map[string]bool // the patterns of those that may be asked for under any name, if there is a token
	hosts  hosts

	// stopping ends when the streams are to say goodbye. Contexts stand in a struct
	// here because no request's context ends when the server stops.
	stopping  context.Context
	stop      context.CancelFunc
	cut       context.Context // ends goodbyeWithin later, and the connections with it
	cutOff    context.CancelFunc
	streams   sync.WaitGroup
	watch     watch
	authority *authority
	sockets   atomic.Int64  // that are open
	reporting chan struct{} // taken by the one report that is made at a time
	waiting   chan struct{} // one is taken by each request that is kept waiting
	searching chan struct{} // taken by the one long text that is searched at a time
	texts     texts
	newest    atomic.Pointer[told] // written by whoever sees a new entry first
	turns     *turns
	hall      *hall
}

// New returns a server that does not serve yet.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg, mux: http.NewServeMux(), open: map[string]bool{}, hosts: newHosts(cfg), reporting: make(chan struct{}, 1), waiting: make(chan struct{}, maxWaiting), searching: make(chan struct{}, 1), authority: newAuthority(cfg), turns: newTurns(), hall: newHall(cfg.Files, cfg.Log)}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.cut, s.cutOff = context.WithCancel(context.Background())
	for _, r := range endpoints() {
		s.add(r)
	}
	s.mux.HandleFunc("/", s.astray)
	s.http = &http.Server{
		Handler:           bounded(inTurn(s.addressed(s.housed(s.mux)))),
		ConnContext:       visited,
		ReadHeaderTimeout: headersWithin,
		IdleTimeout:       idleFor,
		MaxHeaderBytes:    maxHeaders,
		ErrorLog:          zap.NewStdLog(cfg.Log),
	}
	return s
}

// Clients returns how many WebSockets are open.
func (s *Server) Clients() int { return int(s.sockets.Load()) }

// Serve serves clients on l until ctx ends, says goodbye to them, and returns when the last is gone:
// nil, or why it could not serve.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(door{l, s}) }() // ends with Shutdown below, which waits for it
	var err error
	select {
	case err = <-failed:
		err = fmt.Errorf("serve clients: %w", err)
	case <-ctx.Done():
	}
	s.stop()
	defer time.AfterFunc(goodbyeWithin, s.cutOff).Stop()
	// Shutdown knows nothing of WebSockets: they are waited for after it, when no more can come.
	deadline, cancel := context.WithTimeout(context.Background(), goodbyeWithin)
	defer cancel()
	if shut := s.http.Shutdown(deadline); shut != nil {
		err = errors.Join(err, s.http.Close())
	}
	s.streams.Wait()
	s.watch.cutting.Wait()
	s.hall.ebb.end()
	return err
}

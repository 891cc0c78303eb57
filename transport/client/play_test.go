package client_test

import (
	"context"
	"net"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport"
)

// play is a gateway for the examples, whose login wants the code 314159.
type play struct {
	agent // the rest of what an agent does
	mu    sync.Mutex
}

// begin runs one on a port of this machine, with what has happened so far. end stops it, and waits.
func begin(happened ...fsm.Kind) (address string, end func()) {
	h := &house{journal: fsm.NewJournal(nowhere{}), machine: fsm.NewMachine(fsm.Idle), told: make(chan string, 100), typed: func() {}}
	p := &play{agent: agent{h}}
	p.plays(happened...)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s := transport.New(transport.Config{Journal: h.journal, Agent: p, Log: zap.NewNop()})
	go func() { defer close(done); _ = s.Serve(ctx, listener) }()
	return "ws://" + listener.Addr().String() + "/", func() { cancel(); <-done }
}

func (p *play) plays(kinds ...fsm.Kind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.happens(kinds...)
}

// SubmitCode takes the right code and refuses what is none.
func (p *play) SubmitCode(_ context.Context, code string, _ fsm.By) error {
	switch {
	case len(code) < 4:
		return &fsm.Refusal{Code: "code_invalid", Message: "a code is 4 to 8 digits, for example 123456; nothing was typed"}
	case code == "314159":
		p.plays(fsm.CodeTyped, fsm.LoggedIn, fsm.APIReady)
	default:
		p.plays(fsm.CodeTyped, fsm.CodeRejected)
	}
	return nil
}

func (p *play) ResendCode(context.Context) error {
	return &fsm.Refusal{Code: "too_soon", Message: "another SMS is possible again in 58 seconds", Wait: 58 * time.Second}
}

package agent

import (
	"io"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/fsm"
)

// mute is a daemon that says nothing and does as it is told.
type mute struct{}

func (mute) Read([]byte) (int, error)    { return 0, io.EOF }
func (mute) Write(b []byte) (int, error) { return len(b), nil }
func (mute) Signal(syscall.Signal) error { return nil }
func (mute) Wait() Exit                  { return Exit{} }
func (mute) Close() (string, error)      { return "", nil }

// void is a disk that keeps nothing.
type void struct{}

func (void) Append([]byte) error { return nil }
func (void) Sync() error         { return nil }

func TestTheLoopKnowsWhatToDoInEveryState(t *testing.T) {
	for _, s := range fsm.States() {
		t.Run(string(s), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer func() {
					if what := recover(); what != nil {
						t.Errorf("say in enter.go what arriving in %s does: %v", s, what)
					}
				}()
				a := New(Config{
					Journal: fsm.NewJournal(void{}), Log: zap.NewNop(), Console: io.Discard, Ledger: &fsm.Ledger{},
					Device: func() (string, error) { return "", nil },
				})
				a.run = &run{process: mute{}, parser: console.NewParser(nil)}
				a.now.State = s
				a.enter(fsm.Entry{Seq: 1, At: time.Now(), From: fsm.Idle, To: s})
			})
		})
	}
}

package memory

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// nowhere is a disk that keeps nothing.
type nowhere struct{}

func (nowhere) Append([]byte) error { return nil }
func (nowhere) Sync() error         { return nil }

func TestMemoryIsGivenBackWhenThingsAreQuietAfterAChangeOfState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		journal, machine := fsm.NewJournal(nowhere{}), fsm.NewMachine(fsm.Idle)
		var given atomic.Int32
		happens := func(kinds ...fsm.Kind) {
			for _, k := range kinds {
				from, to := machine.Apply(fsm.Event{Kind: k})
				journal.Append(time.Now(), from, to, false, fsm.Event{Kind: k})
			}
			if err := journal.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); Follow(ctx, journal, func() { given.Add(1) }) }() // waited for below
		after := func(d time.Duration, want int32, what string) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if got := given.Load(); got != want {
				t.Errorf("%s: given back %d times, want %d", what, got, want)
			}
		}
		after(quiet-1, 0, "the start goes on")
		after(2, 1, "the start is over")
		after(time.Hour, 1, "nothing happens")
		happens(fsm.Start)
		after(quiet-1, 1, "a login goes on")
		happens(fsm.Started, fsm.LoggingIn)
		after(quiet-1, 1, "it still goes on")
		after(2, 2, "it waits for something")
		happens(fsm.QuoteRight)
		after(time.Hour, 2, "the state is the same")
		happens(fsm.LoggedIn)
		after(quiet+1, 3, "it is over")
		stop()
		<-done
	})
}

func resident() (kib int) {
	for _, m := range ownMappings() {
		kib += m.resident
	}
	return kib
}

func TestThePagesOfTheProgramThatAreNotUsedLeaveMemory(t *testing.T) {
	before := resident()
	if before == 0 {
		t.Skip("SKIPPED: this kernel does not tell what of a program is in memory")
	}
	GiveBack()
	if after := resident(); after > before*3/4 {
		t.Errorf("%d KiB of the program are in memory, were %d", after, before)
	}
}

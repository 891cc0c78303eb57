package transport

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// crowd takes turns in a bubble, where work takes as long as it says.
type crowd struct {
	turns *turns

	mu   sync.Mutex
	list []string // who had a turn, in order
}

func (c *crowd) note(name string) { c.mu.Lock(); defer c.mu.Unlock(); c.list = append(c.list, name) }

func (c *crowd) done() []string { c.mu.Lock(); defer c.mu.Unlock(); return slices.Clone(c.list) }

// free are the turns that nobody has.
func (c *crowd) free() int { c.turns.mu.Lock(); defer c.turns.mu.Unlock(); return c.turns.free }

// work has somebody come n times for a turn that takes so long, without a pause.
func (c *crowd) work(name string, t *turn, n int, takes time.Duration) {
	for range n {
		t.take(nil)
		time.Sleep(takes)
		c.note(name)
		t.leave()
	}
}

func one() *crowd { return &crowd{turns: &turns{free: 1}} }

func TestWhoAsksLittleIsNextHoweverManyAskMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := one()
		for i := range 50 {
			go c.work("much", c.turns.of(c.turns.open()), 20, time.Duration(100+i)*time.Microsecond)
		}
		time.Sleep(30 * time.Millisecond) // each had some turns
		little := c.turns.of(c.turns.open())
		for range 5 {
			before := len(c.done())
			c.work("little", little, 1, 10*time.Microsecond)
			// It waits for the one that works, and for those who had as little.
			if others := slices.Index(c.done()[before:], "little"); others > 25 {
				t.Errorf("%d turns came first, of a crowd of 50", others)
			}
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if len(c.done()) != 50*20+5 || c.free() != 1 {
			t.Errorf("%d turns, and %d are free", len(c.done()), c.free())
		}
	})
}

func TestTurnsGoRoundAmongThoseWhoAskAsMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := one()
		for _, name := range []string{"a", "b", "c"} {
			go c.work(name, c.turns.of(c.turns.open()), 30, 50*time.Microsecond)
		}
		time.Sleep(time.Second)
		done := c.done()
		for i := range len(done) / 3 {
			if round := slices.Sorted(slices.Values(done[3*i : 3*i+3])); !slices.Equal(round, []string{"a", "b", "c"}) {
				t.Fatalf("round %d is of %v", i, round)
			}
		}
	})
}

func TestWhoWaitsForAnAnswerGoesBeforeWhoDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := one()
		holds, hasty, patient := c.turns.of(c.turns.open()), c.turns.of(c.turns.open()), c.turns.of(c.turns.open())
		holds.take(nil)
		for _, one := range []*turn{hasty, patient} {
			one.account.had = time.Millisecond
		}
		patient.account.patient.Store(true)
		go c.work("hasty", hasty, 1, 0)
		synctest.Wait()
		go c.work("patient", patient, 1, 0)
		synctest.Wait()
		holds.leave()
		synctest.Wait()
		if want := []string{"patient", "hasty"}; !slices.Equal(c.done(), want) {
			t.Errorf("the order is %v", c.done())
		}
	})
}

func TestATurnThatLastsTooLongKeepsNobodyFromTheirs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := one()
		slow, next := c.turns.of(c.turns.open()), c.turns.of(c.turns.open())
		slow.take(nil)
		began := time.Now()
		next.take(nil)
		if waited := time.Since(began); waited > 2*slice {
			t.Errorf("the next waited for %v", waited)
		}
		slow.leave() // which it has not any more
		if c.free() != 0 {
			t.Error("a turn was given back twice")
		}
		next.leave()
		if c.free() != 1 {
			t.Error("a turn was lost")
		}
	})
}

func TestWhoGoesWhileWaitingTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := one()
		holds, goes, stays := c.turns.of(c.turns.open()), c.turns.of(c.turns.open()), c.turns.of(c.turns.open())
		holds.take(nil)
		gone, took := make(chan struct{}), make(chan bool, 1)
		go func() { took <- goes.take(gone) }()
		synctest.Wait()
		go c.work("stays", stays, 1, 0)
		synctest.Wait()
		close(gone)
		if <-took {
			t.Error("who had gone took a turn")
		}
		holds.leave()
		synctest.Wait()
		if len(c.done()) != 1 || c.free() != 1 {
			t.Errorf("%v had a turn, and %d are free", c.done(), c.free())
		}
	})
}

func TestALongWorkLetsOthersInBetweenItsPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := one()
		long := c.turns.of(c.turns.open())
		long.take(nil)
		go c.work("short", c.turns.of(c.turns.open()), 1, 0)
		for range 10 {
			time.Sleep(piece / 2)
			c.note("piece")
			long.pause(nil)
		}
		long.leave()
		synctest.Wait()
		if at := slices.Index(c.done(), "short"); at < 1 || at > 4 {
			t.Errorf("the order is %v", c.done())
		}
	})
}

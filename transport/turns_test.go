package transport

import (
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
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

// turns had so far.
func (c *crowd) count() int { c.mu.Lock(); defer c.mu.Unlock(); return len(c.list) }

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

// asks has somebody ask n times, a pause after each answer, and tells how many turns of others came first, least first.
func (c *crowd) asks(t *turn, n int, take []time.Duration, pause time.Duration) (waits []int) {
	for i := range n {
		time.Sleep(pause)
		before := c.count()
		t.account.patient.Store(true)
		c.work("little", t, 1, take[i%len(take)])
		waits = append(waits, c.count()-before-1)
	}
	slices.Sort(waits)
	return waits
}

// Two hundred ask for about as much as each other, as those do who poll /metrics.
func TestWhoAsksLittleIsSoonNextHoweverAlikeThoseAreWhoAskMuch(t *testing.T) {
	const µs = time.Microsecond
	for name, it := range map[string]struct {
		takes  time.Duration // of one of the crowd
		waits  bool          // each of the crowd for its answer
		little []time.Duration
		pause  time.Duration // before it asks again
		bound  int           // of turns that come first, 99 times of 100; a round is 200
	}{
		"long turns":           {takes: 470 * µs, waits: true, little: []time.Duration{5 * µs}, pause: 5000 * µs, bound: 50},
		"turns of a slice":     {takes: 900 * µs, waits: true, little: []time.Duration{5 * µs}, pause: 5000 * µs, bound: 50},
		"short turns":          {takes: 30 * µs, waits: true, little: []time.Duration{5 * µs}, pause: 5000 * µs, bound: 100},
		"turns of a bite":      {takes: 2 * µs, little: []time.Duration{20 * µs}, pause: 200 * µs, bound: 150},
		"a machine that stops": {takes: 30 * µs, waits: true, little: []time.Duration{5 * µs, 5 * µs, 5 * µs, 5 * µs, 900 * µs}, pause: 5000 * µs, bound: 600},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, over := one(), new(atomic.Bool)
				var busy sync.WaitGroup
				for i := range 200 {
					luck := rand.New(rand.NewPCG(1, uint64(i)))
					much := c.turns.of(c.turns.open())
					busy.Go(func() {
						for !over.Load() {
							much.account.patient.Store(it.waits)
							c.work("much", much, 1, it.takes+time.Duration(luck.Int64N(int64(it.takes)/10)))
						}
					})
				}
				time.Sleep(30 * 200 * it.takes) // thirty rounds, and they are mixed
				little := c.turns.of(c.turns.open())
				c.asks(little, 50, it.little, it.pause) // by then it is known as one who asks little
				if waits := c.asks(little, 200, it.little, it.pause); waits[197] > it.bound {
					t.Errorf("%d turns came first, %d as a rule", waits[197], waits[100])
				}
				over.Store(true)
				busy.Wait()
			})
		})
	}
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

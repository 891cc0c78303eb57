package transport

import (
	"container/heap"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// slice is the longest that one turn keeps others from theirs. Whoever works for longer, or waits for something, goes on
	// without a turn.
	slice = time.Millisecond
	// piece is what a long work does before it lets others in.
	piece = 100 * time.Microsecond
	// toll is what letting the next in costs the machine. Whoever takes the shortest of turns costs more by it than by them.
	toll = 5 * time.Microsecond
	// habit is what a newcomer's turns are taken to last, until some are known; of the habit, each turn is one part in habits.
	habit, habits = 100 * time.Microsecond, 4
	// newcomer is what a connection is charged for having come, so that those who are here go before.
	newcomer = 20 * time.Microsecond
	// patience divides what a connection is charged whose client waits for an answer before it asks again.
	patience = 8
)

// turns let few connections work at a time, so that no crowd keeps another waiting for long. Next is always who has had
// least: what a connection asks for beyond its share waits, and alone it may use everything.
//
// It is start-time fair queueing: what a connection has had is compared with a clock that follows whoever begins, so that
// nobody saves up turns by being silent, and nobody who asks little waits behind those who ask much. What a turn takes is
// known by the clock on the wall, and a busy machine falsifies that: so a charge is bounded by what a connection's turns
// take usually, and patience counts. It is not bounded by one number for all: those who reach it would stand at one and the
// same time, however much they ask for, and who asks little just behind them.
type turns struct {
	mu      sync.Mutex // guards what follows, and the turns' own fields
	free    int        // turns that may begin at once
	clock   time.Duration
	waiting queue
	running []*turn
	looking bool // a timer is set that calls look
}

// newTurns leaves one processor, if there are several, to what is no connection's work.
func newTurns() *turns { return &turns{free: max(1, runtime.GOMAXPROCS(0)-1)} }

// account is what one connection has had.
type account struct {
	had     time.Duration // belongs to the turns, as does usual
	usual   time.Duration // what its turns last
	patient atomic.Bool   // its client waited before it sent what is there now; the turns reset it
}

// open is a new connection's.
func (t *turns) open() *account {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &account{had: t.clock + newcomer, usual: habit}
}

// turn is that of one goroutine that works for a connection, again and again.
type turn struct {
	turns   *turns
	account *account
	begun   chan struct{} // has room for one

	at      time.Duration // what the account had when this turn was asked for
	order   uint64        // among those who had as much: who asked first
	place   int           // in the queue
	queued  bool
	since   time.Time
	running bool
}

// of makes the turn of one more goroutine that works for a connection.
func (t *turns) of(a *account) *turn {
	return &turn{turns: t, account: a, begun: make(chan struct{}, 1)}
}

// take waits for the turn, or until done. Who has it already keeps it.
func (t *turn) take(done <-chan struct{}) bool {
	if t.enter() {
		return true
	}
	select {
	case <-t.begun:
		t.turns.mu.Lock()
		defer t.turns.mu.Unlock()
		t.since = time.Now() // the way here is not charged
		return true
	case <-done:
	}
	t.turns.mu.Lock()
	defer t.turns.mu.Unlock()
	select {
	case <-t.begun: // just now
		if t.running {
			t.turns.end(t)
		}
	default:
		t.queued = false
		heap.Remove(&t.turns.waiting, t.place)
	}
	return false
}

// enter begins the turn if it can begin at once, or else queues.
func (t *turn) enter() bool {
	all := t.turns
	all.mu.Lock()
	defer all.mu.Unlock()
	if t.running || t.queued { // queued by another goroutine of the connection, which says goodbye
		return true
	}
	t.account.had = max(t.account.had, all.clock)
	if t.account.patient.Swap(false) {
		t.account.had = all.clock + (t.account.had-all.clock)/patience
	}
	t.at = t.account.had
	if all.free > 0 {
		all.free--
		all.begin(t)
		return true
	}
	all.waiting.asked++
	t.order, t.queued = all.waiting.asked, true
	heap.Push(&all.waiting, t)
	if !all.looking {
		all.looking = true
		time.AfterFunc(slice, all.look) // ends by itself: look goes on only while somebody waits
	}
	return false
}

// leave ends the turn, if it has not ended by itself.
func (t *turn) leave() {
	t.turns.mu.Lock()
	defer t.turns.mu.Unlock()
	if t.running {
		t.turns.end(t)
	}
}

// pause lets others in, if there are any and a piece of work is done. It reports whether it is not done yet.
func (t *turn) pause(done <-chan struct{}) bool {
	t.turns.mu.Lock()
	on := t.running && (len(t.turns.waiting.turns) == 0 || time.Since(t.since) < piece)
	t.turns.mu.Unlock()
	if on {
		return true
	}
	t.leave()
	return t.take(done)
}

func (t *turns) begin(one *turn) {
	t.clock = max(t.clock, one.at)
	one.since, one.running = time.Now(), true
	t.running = append(t.running, one)
}

// end charges a turn, and begins the next.
func (t *turns) end(one *turn) {
	one.running = false
	one.account.charge(time.Since(one.since))
	for i, other := range t.running {
		if other == one {
			last := len(t.running) - 1
			t.running[i], t.running[last] = t.running[last], nil
			t.running = t.running[:last]
			break
		}
	}
	if len(t.waiting.turns) == 0 {
		t.free++
		return
	}
	next := heap.Pop(&t.waiting).(*turn)
	next.queued = false
	t.begin(next)
	next.begun <- struct{}{} // it waits, so there is room
}

// charge counts a turn, as twice as long as those before it at most.
func (a *account) charge(lasted time.Duration) {
	lasted = min(lasted, slice, 2*(a.usual+newcomer))
	a.had += lasted + toll
	a.usual += (lasted - a.usual) / habits
}

// look ends the turns that have lasted for a slice.
func (t *turns) look() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := len(t.running) - 1; i >= 0; i-- {
		if one := t.running[i]; time.Since(one.since) >= slice {
			t.end(one)
		}
	}
	t.looking = len(t.waiting.turns) > 0
	if t.looking {
		time.AfterFunc(slice, t.look)
	}
}

// queue is who waits, as [heap.Interface] has it. Each connection that is let in waits here once or twice at most.
type queue struct {
	turns []*turn
	asked uint64
}

func (q *queue) Len() int { return len(q.turns) }

func (q *queue) Less(i, j int) bool {
	a, b := q.turns[i], q.turns[j]
	return a.at < b.at || a.at == b.at && a.order < b.order
}

func (q *queue) Swap(i, j int) {
	q.turns[i], q.turns[j] = q.turns[j], q.turns[i]
	q.turns[i].place, q.turns[j].place = i, j
}

func (q *queue) Push(x any) {
	one := x.(*turn)
	one.place = len(q.turns)
	q.turns = append(q.turns, one)
}

func (q *queue) Pop() any {
	last := len(q.turns) - 1
	one := q.turns[last]
	q.turns[last] = nil
	q.turns = q.turns[:last]
	return one
}

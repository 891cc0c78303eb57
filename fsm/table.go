package fsm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	looplab "github.com/looplab/fsm"
)

// row says that an event of any of the kinds moves the machine from any of the states to one state.
type row struct {
	kinds []Kind
	from  []State
	to    State
}

// live are the states in which a daemon runs. What it reports is legal in each of them.
var live = slices.DeleteFunc(States(), func(s State) bool { return !s.Live() })

// unsettled are the live states in which the login has not succeeded.
var unsettled = slices.DeleteFunc(slices.Clone(live), func(s State) bool { return s == Connected })

// table is the whole machine. A kind that stands in no row, or not with the
// current state, is an event that changes nothing.
var table = []row{
	{kinds: []Kind{Boot}, from: append([]State{Closed, Halted}, live...), to: Idle},
	{kinds: []Kind{Start}, from: []State{Idle, Closed, Halted}, to: Initializing},

	{kinds: []Kind{BudgetSpent, StillHalted, SecretsUnusable, FetchFailed}, from: []State{Idle, Closed}, to: Halted},
	{kinds: []Kind{JournalDamaged}, from: []State{Idle}, to: Halted},

	// What was scheduled stays scheduled when the gateway is restarted.
	{kinds: []Kind{RestartScheduled}, from: []State{Idle}, to: Closed},

	// The end of the daemon, asked for or not.
	{kinds: []Kind{StartFailed}, from: []State{Initializing}, to: Closed},
	{kinds: []Kind{Stop, Exiting, Exited, Unanswerable, PortReplaced}, from: live, to: Closed},
	{kinds: slices.Collect(failing(func(f Failure) bool { return !f.Halts })), from: live, to: Closed},
	// From closed too: the reason may follow a bare "login failed", and decides.
	{kinds: slices.Collect(failing(func(f Failure) bool { return f.Halts })), from: append([]State{Closed}, live...), to: Halted},

	// Success. Older and newer daemons order these lines differently, and one of them may be missing.
	{kinds: []Kind{LoggedIn, DataReady}, from: unsettled, to: Connected},
	// A daemon that logs in again, or asks who is to log in, is not logged in.
	{kinds: []Kind{LoggingIn, AccountPrompt}, from: []State{Connected}, to: Reconnecting},
	{kinds: []Kind{LoggingIn}, from: []State{AwaitingPassword}, to: Initializing},
	// The API tells of a session that is lost, and of its return, while the console says nothing.
	{kinds: []Kind{SessionLost}, from: []State{Connected}, to: Reconnecting},
	{kinds: []Kind{SessionBack, APIReady}, from: []State{Reconnecting}, to: Connected},

	// The one way in which the gateway itself ends a daemon that lost its session.
	{kinds: []Kind{Relogin}, from: []State{Reconnecting}, to: Closed},

	// The password. The console reports a prompt; the gateway answers it if it can.
	{kinds: []Kind{PasswordPrompt}, from: live, to: AwaitingPassword},
	{kinds: []Kind{PasswordTyped}, from: []State{AwaitingPassword}, to: Initializing},

	// The SMS code. Daemons before 9 print only a hint; elsewhere a hint is help text.
	{kinds: []Kind{CodeWanted}, from: live, to: AwaitingCode},
	{kinds: []Kind{CodeRequestHint, CodeInputHint}, from: []State{Initializing}, to: AwaitingCode},
	{kinds: []Kind{CodeSent}, from: []State{Initializing, AwaitingCaptcha, AwaitingPassword, Reconnecting}, to: AwaitingCode},
	{kinds: []Kind{CodeTyped}, from: []State{AwaitingCode}, to: Verifying},
	{kinds: []Kind{CodeVerifying}, from: live, to: Verifying},
	{kinds: []Kind{CodeRejected, CodeVoid, CodeSuperseded}, from: []State{Initializing, Verifying}, to: AwaitingCode},
	{kinds: []Kind{CodeTimeout, CodeNotTyped}, from: []State{Verifying}, to: AwaitingCode},

	// The captcha. A new picture after an answer means that the answer was wrong: the
	// English daemon is not known to say so in words.
	{kinds: []Kind{CaptchaWanted}, from: live, to: AwaitingCaptcha},
	{kinds: []Kind{CaptchaSaved}, from: []State{Initializing, AwaitingCode, Verifying, Reconnecting}, to: AwaitingCaptcha},
	{kinds: []Kind{CaptchaTyped}, from: []State{AwaitingCaptcha}, to: Verifying},
	{kinds: []Kind{CaptchaVerifying}, from: []State{AwaitingCaptcha}, to: Verifying},
	{kinds: []Kind{CaptchaRejected}, from: unsettled, to: AwaitingCaptcha},
	{kinds: []Kind{CaptchaVoid}, from: []State{Initializing, Verifying}, to: AwaitingCaptcha},
	{kinds: []Kind{CaptchaTimeout, CaptchaNotTyped}, from: []State{Verifying}, to: AwaitingCaptcha},
}

// Machine holds the current state. It is not safe for concurrent use: its owner's
// goroutine alone applies events.
type Machine struct {
	states *looplab.FSM
}

// NewMachine returns a machine in state s. It panics if s is not Known.
func NewMachine(s State) *Machine {
	if !s.Known() {
		panic("fsm: no such state: " + string(s))
	}
	return &Machine{states: looplab.NewFSM(string(s), descriptions, nil)}
}

// State returns the current state.
func (m *Machine) State() State { return State(m.states.Current()) }

// Moves reports whether Apply would move the machine.
func (m *Machine) Moves(e Event) bool {
	to, ok := moving[e.Kind][m.State()]
	return ok && to != m.State()
}

// Apply moves the machine by one event and returns the states before and after.
// They are equal when the event changes nothing, which is never an error.
func (m *Machine) Apply(e Event) (from, to State) {
	from = m.State()
	if moving[e.Kind] == nil {
		return from, from
	}
	// The context is the background one on purpose: looplab wedges for good when its context ends.
	err := m.states.Event(context.Background(), string(e.Kind))
	if !harmless(err) {
		panic(fmt.Sprintf("fsm: apply %q in %q: %v", e.Kind, from, err))
	}
	return from, m.State()
}

// harmless reports whether looplab only says that nothing changed.
func harmless(err error) bool {
	if err == nil {
		return true
	}
	_, same := errors.AsType[looplab.NoTransitionError](err)
	_, elsewhere := errors.AsType[looplab.InvalidEventError](err)
	return same || elsewhere
}

// moving holds the kinds that stand in the table, and where each leads from each state; looplab calls any other name a bug.
var moving = func() map[Kind]map[State]State {
	kinds := map[Kind]map[State]State{}
	for _, r := range table {
		for _, k := range r.kinds {
			if kinds[k] == nil {
				kinds[k] = map[State]State{}
			}
			for _, from := range r.from {
				kinds[k][from] = r.to
			}
		}
	}
	return kinds
}()

// descriptions is the table as looplab takes it.
var descriptions = func() []looplab.EventDesc {
	var out []looplab.EventDesc
	for _, r := range table {
		for _, k := range r.kinds {
			d := looplab.EventDesc{Name: string(k), Dst: string(r.to)}
			for _, s := range r.from {
				d.Src = append(d.Src, string(s))
			}
			out = append(out, d)
		}
	}
	return out
}()

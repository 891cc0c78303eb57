package fsm

import (
	"maps"
	"slices"
)

// ground is what is known of a kind that can be the reason why the account is not ready.
type ground struct {
	always bool // it is one whenever it is heard; others only if they lead to another state
	lasts  bool // it stays the reason while the daemon is gone, and while the next login is tried
	urgent bool // a person is told at once: waiting mends nothing, or what noticed it has waited already
	needs  bool // a person must act, and is told of it although he knows of the trouble
	last   bool // the daemon's last words, which say more than that it ended
	end    bool // the daemon ended, and that is all that is known
	mend   Mend // what mends it
}

// grounds has a row for each such kind, beside the classes of failure.
var grounds = func() map[Kind]ground {
	rows := map[Kind]ground{
		Boot: {}, Start: {}, Stop: {}, RestartScheduled: {},
		CodeWanted: {}, CodeVerifying: {}, CodeNotTyped: {}, CodeTimeout: {}, CodeNotSent: {always: true},
		CodeRejected: {}, CodeVoid: {always: true}, CodeSuperseded: {always: true},
		CaptchaWanted: {}, CaptchaVerifying: {}, CaptchaNotTyped: {}, CaptchaTimeout: {}, CaptchaNotSent: {always: true},
		CaptchaRejected: {}, CaptchaVoid: {always: true},
		PasswordPrompt: {},

		Question:         {always: true, lasts: true, urgent: true, needs: true},
		Throttle:         {always: true, lasts: true, urgent: true},
		Silence:          {always: true, lasts: true, urgent: true},
		NetworkTrouble:   {always: true, lasts: true},
		SessionLost:      {lasts: true},
		SessionStillLost: {always: true, lasts: true, urgent: true},
		Relogin:          {lasts: true},
		APILost:          {always: true, lasts: true},

		StartFailed:  {lasts: true},
		PortReplaced: {lasts: true},
		Crashed:      {always: true, lasts: true, last: true},
		BadParameter: {always: true, lasts: true, last: true},
		AppDirFailed: {always: true, lasts: true, last: true},
		Exiting:      {lasts: true, end: true},
		Exited:       {lasts: true, end: true},
		BudgetSpent:  {lasts: true, mend: MendTime},
		StillHalted:  {lasts: true},

		Fetching:        {always: true},
		FetchFailed:     {always: true, lasts: true, urgent: true, needs: true, mend: MendTime},
		SecretsUnusable: {always: true, lasts: true, urgent: true, needs: true, mend: MendMachine},
	}
	for _, f := range failures {
		// A bare failure is the reason if it comes first, and no word against the reason that came before.
		rows[f.Kind] = ground{always: f.Kind != LoginFailed, lasts: true, urgent: f.Halts || f.Outside, needs: f.Halts || f.Outside, mend: f.mends()}
	}
	return rows
}()

// Mend is what mends a reason why the account is not ready.
func (k Kind) Mend() Mend { return grounds[k].mend }

// usual is the reason in a state where nothing more is known than the state.
var usual = map[State]Kind{
	Idle: Boot, Initializing: Start, AwaitingCode: CodeWanted, AwaitingCaptcha: CaptchaWanted, AwaitingPassword: PasswordPrompt,
	Verifying: CodeVerifying, Connected: APILost, Reconnecting: SessionLost, Closed: Exited, Halted: StillHalted,
}

// Grounds are the classes that a [Trouble] can have, sorted. What a person reads of each has its key in the store of sentences.
func Grounds() []Kind { return slices.Sorted(maps.Keys(grounds)) }

// Who or what asks for a stop, beside [EndOfGateway].
const (
	StopByClient   = "client"             // no daemon is wished, until somebody starts one
	StopForRestart = "client, to restart" // another daemon follows
)

// Stopped reports whether somebody wished that no daemon runs: that is no trouble.
func (e Event) Stopped() bool { return e.Kind == Stop && e.Detail == StopByClient }

package fsm

import "slices"

// Charge says what a failed login costs the account, by the broker's own limits.
type Charge byte

const (
	ChargeNothing Charge = iota
	ChargeStart          // the start of the daemon, and no more: it says nothing against the login itself
	ChargeLogin          // a failed login as well: about ten of them lock the account
)

// Mend says what mends a reason why the account is not ready. A person is offered what fits: a start, a command, or nothing.
type Mend string

const (
	MendElsewhere Mend = ""        // something that the gateway does not see; a start then shows it
	MendNever     Mend = "never"   // nothing that this daemon, or this account, gets over
	MendTime      Mend = "time"    // nobody: it passes
	MendSetting   Mend = "setting" // a setting, which a container takes when it is made anew, or a file with a secret
	MendMachine   Mend = "machine" // a file, a port or a folder: the command check looks at them
)

// mends is what mends a class of failure.
func (f Failure) mends() Mend {
	switch {
	case f.Setup:
		return MendMachine
	case f.Passes:
		return MendTime
	}
	return f.Mend
}

// Failure is one class of failed login, or of a login that was ended from outside: all that the program knows of it.
// To add a class, add its kind, its row here, the reason that console reads it from, and its words. The tests
// name what is missing.
type Failure struct {
	Kind    Kind
	Halts   bool   // the daemon is not started again by itself; other classes are tried again
	Passes  bool   // what halts is over at the time that the daemon names
	Setup   bool   // the daemon refused its start, before any login: what halts is over when something changes that a start depends on
	Charges Charge // what it counts as
	Guess   bool   // it is a wrong password, or may be one
	Outside bool   // it ends a login that had succeeded: the daemon's API tells it
	Mend    Mend   // what mends it, where neither Passes nor Setup says that
	Advice  string // what a person can do about it: one English sentence, without a full stop
}

// failures has a row for each class.
var failures = []Failure{
	{Kind: LoginFailed, Charges: ChargeLogin, Guess: true, Advice: "look at the daemon's last lines; it is tried again slowly"},
	{Kind: NetworkFailed, Charges: ChargeStart, Advice: "check the network; the broker's rate limit looks the same, so it is tried again slowly"},
	{Kind: Throttled, Charges: ChargeStart, Advice: "wait; it is tried again slowly"},
	{Kind: Hung, Charges: ChargeLogin, Guess: true, Advice: "look at the daemon's last lines; it is tried again slowly"},
	// Nobody heard the end: the gateway, the machine or the daemon was stopped in the middle. What is not known to have ended
	// well counts as spent; where the password was right, it was a start.
	{Kind: OutcomeUnknown, Charges: ChargeLogin, Guess: true, Mend: MendTime, Advice: "nobody heard how the last login ended, so it counts as a failed one; the broker refused nothing: it is tried again slowly, and you may start it sooner"},
	{Kind: OutcomeExcused, Charges: ChargeStart, Mend: MendTime, Advice: "nobody heard how the last login ended; its password was right, so it counts as a start, and nothing needs to be done"},
	// Not the broker's word: the gateway's own memory has a hole where a refusal may have been.
	{Kind: JournalDamaged, Halts: true, Advice: "look in the broker's app whether the account is well, then start it yourself"},
	// A login that was ended from outside is tried again, as slowly as one that failed, or later: at once would be a tug-of-war.
	{Kind: KickedOut, Charges: ChargeStart, Outside: true, Advice: "the account logged in elsewhere and is left there for as long as FUTU_RECLAIM says; a start by hand takes it back at once"},
	{Kind: ForcedLogout, Charges: ChargeStart, Outside: true, Advice: "wait: it is tried again slowly; if the broker ends the login again, look in its app whether the account is well"},

	// Another login, or another program, is in the way. Nothing was tried with the password.
	{Kind: RememberedVoid, Charges: ChargeStart, Advice: "the login that the daemon remembered is gone or refused: the next start types the password, or asks for it where the gateway has none"},
	{Kind: LoggedInLocally, Charges: ChargeStart, Advice: "another FutuOpenD on this machine is logged in with the account: stop it; it is tried again slowly"},

	{Kind: PasswordWrong, Halts: true, Charges: ChargeLogin, Guess: true, Mend: MendSetting, Advice: "correct the password, then start FutuOpenD: a file is read again, a setting needs a restart of the gateway; about ten wrong passwords lock the account"},
	{Kind: AccountLocked, Halts: true, Passes: true, Charges: ChargeLogin, Guess: true, Advice: "wait until the lock ends, and correct the password"},
	{Kind: VersionRefused, Halts: true, Charges: ChargeLogin, Mend: MendNever, Advice: "install a newer FutuOpenD; in a country that is not served the message is the same"},
	{Kind: AgreementMissing, Halts: true, Charges: ChargeLogin, Advice: "sign the questionnaire and the agreements that the reason names, then start FutuOpenD"},
	{Kind: BrandWrong, Halts: true, Charges: ChargeLogin, Mend: MendNever, Advice: "this is a moomoo account: install the moomoo OpenD"},
	{Kind: AccountUnfit, Halts: true, Charges: ChargeLogin, Advice: "check the account number in the settings, and that the account is opened with the broker; then start FutuOpenD, or the gateway again if a setting was wrong"},
	{Kind: RegionRefused, Halts: true, Charges: ChargeLogin, Mend: MendNever, Advice: "ask the broker's customer service whether this account can have the API: it is not offered in its region"},
	{Kind: PasswordNewer, Halts: true, Charges: ChargeLogin, Outside: true, Mend: MendSetting, Advice: "the password was changed: put the new one into the settings and start the gateway again"},
	{Kind: Banned, Halts: true, Charges: ChargeLogin, Advice: "the broker forbids this account to log in: ask its customer service"},
	{Kind: PhoneUnbound, Halts: true, Charges: ChargeLogin, Advice: "bind a phone number to the account in the broker's app, then start FutuOpenD"},
	{Kind: AccountUnbound, Halts: true, Charges: ChargeLogin, Advice: "this is a third party's account: bind it to an account of the broker in its app, or log in with the broker's account number"},
	{Kind: LoginMissing, Halts: true, Charges: ChargeStart, Mend: MendSetting, Advice: "put the account and the password into the settings and start the gateway again"},
	{Kind: MD5Malformed, Halts: true, Charges: ChargeStart, Mend: MendSetting, Advice: "the MD5 of the password is 32 hexadecimal digits: correct it in the settings and start the gateway again"},
	{Kind: ServerFailed, Halts: true, Setup: true, Charges: ChargeStart, Advice: "another program listens on the port of the API: stop it, or choose another port; it is started again by itself when the port is free"},
	{Kind: ConfigFailed, Halts: true, Setup: true, Charges: ChargeStart, Advice: "the daemon cannot read its configuration: run check, and install the daemon's files again; it is started again by itself when they have changed"},
	{Kind: AppDataMissing, Halts: true, Setup: true, Charges: ChargeStart, Advice: "AppData.dat is missing beside the daemon's program: install all of its files; it is started again by itself when the file is there"},
	{Kind: StartRefused, Halts: true, Setup: true, Charges: ChargeStart, Advice: "the daemon ended before it logged in, and named what is wrong with its start: correct that; it is started again by itself when a file has changed that it depends on, and a setting needs a restart of the gateway"},
}

// classes finds a row by its kind.
var classes = func() map[Kind]Failure {
	rows := make(map[Kind]Failure, len(failures))
	for _, f := range failures {
		rows[f.Kind] = f
	}
	return rows
}()

// Failure returns the row of a class of failure. ok is false for every other kind.
func (k Kind) Failure() (f Failure, ok bool) {
	f, ok = classes[k]
	return f, ok
}

// Advice is the sentence on what a person can do about a failure of kind k, empty for every other kind.
func (k Kind) Advice() string { return classes[k].Advice }

// Failures are the kinds of all classes, sorted.
func Failures() []Kind { return slices.Sorted(failing(func(Failure) bool { return true })) }

// failing yields the kinds of the classes that a test picks.
func failing(pick func(Failure) bool) func(func(Kind) bool) {
	return func(yield func(Kind) bool) {
		for _, f := range failures {
			if pick(f) && !yield(f.Kind) {
				return
			}
		}
	}
}

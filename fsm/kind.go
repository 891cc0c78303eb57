package fsm

import (
	"strings"
	"time"
)

// Kind says what happened. The text is what the journal and replay show, so a
// kind is never renamed.
type Kind string

// Event is one thing that happened, with at most one detail. Details are for
// people; none of them is ever a secret.
type Event struct {
	Kind   Kind   `json:"kind"`
	Detail string `json:"detail,omitempty"`
	// Challenge is the request that the event belongs to: the Seq of the entry that opened it. 0 for none.
	Challenge uint64 `json:"challenge,omitempty"`
	// Until is when something becomes possible again: a start, an SMS. Zero for none.
	Until time.Time `json:"until,omitzero"`
	// Login tells apart what a start logs in with: account, password and daemon. It is two bytes of
	// a hash, enough to see that one of them changed and too little to guess a password by.
	Login string `json:"login,omitempty"`
	// Part is what a proof of readiness lacks; empty for other kinds.
	Part Part `json:"part,omitempty"`
	// Shut says of a request for a code that none is taken before another SMS: so many of the last one's were wrong.
	Shut bool `json:"shut,omitempty"`
	// Of is the class of failure that still halts, or of the reason that a person is told; empty for other kinds.
	Of Kind `json:"of,omitempty"`
	// By is the way that an answer came in; empty for other kinds.
	By By `json:"by,omitempty"`
}

// By is a way in which a code or a captcha's answer comes to the gateway, as a word of the wire. The answer itself is
// never in an entry.
type By string

const (
	ByPage      By = "page"
	ByHTTP      By = "http"
	BySMS       By = "sms" // a phone forwarded the SMS
	ByTelegram  By = "telegram"
	ByNtfy      By = "ntfy"
	ByTerminal  By = "terminal" // of the container
	ByWebSocket By = "websocket"
	ByCommand   By = "command"
)

// Or is the way that a client names, if it is one that only the client can know: our page and our command line use the
// doors that programs use. Otherwise it is the door.
func (b By) Or(door By) By {
	if b == ByPage || b == ByCommand {
		return b
	}
	return door
}

// Class is what halted the gateway: the class that still does, or the kind itself.
func (e Event) Class() Kind {
	if e.Of != "" {
		return e.Of
	}
	return e.Kind
}

// Passes reports whether what halted is over at Until.
func (e Event) Passes() bool {
	f, _ := e.Class().Failure()
	return !e.Until.IsZero() && (f.Passes || e.Kind == BudgetSpent)
}

// Says is the detail as one line of text shows it, behind the class that the event is of.
func (e Event) Says() string {
	if e.Of == "" {
		return e.Detail
	}
	return strings.TrimSuffix(string(e.Of)+": "+e.Detail, ": ")
}

// split moves the class out of a detail that begins with it, which is how journals before the member have it.
func (e Event) split() Event {
	class, reason, _ := strings.Cut(e.Detail, ": ")
	if _, ok := Kind(class).Failure(); ok && e.Kind == StillHalted && e.Of == "" {
		e.Of, e.Detail = Kind(class), reason
	}
	return e
}

// What the gateway itself does.
const (
	Boot             Kind = "boot"              // the gateway started; detail: its version
	Start            Kind = "start"             // the daemon is about to be started; detail: who or what asked
	StartFailed      Kind = "start_failed"      // it could not be started; detail: why
	PortReplaced     Kind = "port_replaced"     // its port was taken since it was chosen, so it is started with another one; detail: its words
	Stop             Kind = "stop"              // the daemon is to be stopped; detail: who or what asked
	Overruled        Kind = "overruled"         // a person starts the daemon although that is not safe; detail: what it risks
	RestartScheduled Kind = "restart_scheduled" // the daemon will be started again; detail: the wait
	BudgetSpent      Kind = "budget_spent"      // one more start is not safe before a time; detail: what was spent
	SecretsUnusable  Kind = "secrets_unusable"  // a file with a secret cannot be used, so nothing is started; detail: which, and why
	Fetching         Kind = "fetching"          // the daemon's archive is on its way; detail: which, and how much of it is here
	Fetched          Kind = "fetched"           // the daemon was fetched; detail: which
	FetchFailed      Kind = "fetch_failed"      // it could not be fetched, so nothing is started; detail: why
	SetupNoted       Kind = "setup_noted"       // what a start depends on that the daemon refused; detail: each part, with a fingerprint
	StillHalted      Kind = "still_halted"      // what halted an earlier run still holds; of: its class; detail: the reason
	LinesLost        Kind = "lines_lost"        // lines of the journal cannot be read, or are missing, here; detail: the file and the line
	LoginRepeated    Kind = "login_repeated"    // the daemon logged in by itself, in vain
	LoginProven      Kind = "login_proven"      // this login succeeded; login: which
	DeviceKnown      Kind = "device_known"      // the device's identity is the one that logged in last; detail: its fingerprint
	DeviceUnproven   Kind = "device_unproven"   // there is an identity, and no login with it is remembered; detail: its fingerprint
	DeviceChanged    Kind = "device_changed"    // it is another one: an SMS will be wanted; detail: its fingerprint
	DeviceAbsent     Kind = "device_absent"     // there is none: an SMS will be wanted
	DeviceUnreadable Kind = "device_unreadable" // there is one that cannot be read; detail: why
	DeviceKept       Kind = "device_kept"       // the identity that logged in; detail: its fingerprint
	CodeHeld         Kind = "code_held"         // a code came before one was wanted
	CodeDropped      Kind = "code_dropped"      // a held code grew too old to be typed
	CodeRefused      Kind = "code_refused"      // a held code was not typed, and the request is open; detail: why; until: when one may be typed
	CodesOpen        Kind = "codes_open"        // another SMS was sent, so that codes are taken again
	CodeTyped        Kind = "code_typed"        // a code is about to be typed
	CodeAsked        Kind = "code_asked"        // an SMS is about to be asked for; detail: who or what wants it
	CaptchaTyped     Kind = "captcha_typed"     // a captcha answer is about to be typed
	CaptchaAsked     Kind = "captcha_asked"     // a new picture is about to be asked for; detail: who wants it
	AccountTyped     Kind = "account_typed"     // the account is about to be typed
	PasswordTyped    Kind = "password_typed"    // the password is about to be typed; detail: where it came from
	PasswordAnswered Kind = "password_answered" // the daemon asked for a password that the gateway has
	RememberTyped    Kind = "remember_typed"    // the daemon is told to remember the password
	CodeTimeout      Kind = "code_timeout"      // nothing came after a code; detail: the wait
	CaptchaTimeout   Kind = "captcha_timeout"   // nothing came after a captcha answer; detail: the wait
	CodeNotTyped     Kind = "code_not_typed"    // a code could not be typed after all; detail: why
	CaptchaNotTyped  Kind = "captcha_not_typed" // an answer could not be typed after all; detail: why
	Relogin          Kind = "relogin"           // the lost session did not come back although the network is up: the daemon is ended for one new login; detail: for how long it was lost
	Throttle         Kind = "throttle"          // silence after the start, which is what the broker's throttling looks like; detail: the last lines
	Silence          Kind = "silence"           // silence in the middle of the login; detail: the last lines
	Question         Kind = "question"          // the daemon waits at a question that no rule knows; detail: the question
	Hung             Kind = "hung"              // the silence went on for too long; detail: how long
	TroubleTold      Kind = "trouble_told"      // a person is told that the account is not ready; of: the class of the reason; detail: the reason
	TroubleAgain     Kind = "trouble_again"     // a person is reminded of that; of, detail: the latest reason
	TroubleOver      Kind = "trouble_over"      // a person is told that the account is ready again
)

// What happens to the daemon's process.
const (
	Started     Kind = "started"      // the process runs
	OutputEnded Kind = "output_ended" // all that it printed was read; exited follows
	Exited      Kind = "exited"       // it is gone; detail: exit code or signal
	LeftBehind  Kind = "left_behind"  // it left processes behind, which were ended; detail: their names and numbers

	TerminalClosed Kind = "terminal_closed" // it closed its terminal and lives: nobody hears it, and nobody can answer it
	Unanswerable   Kind = "unanswerable"    // and its API does not prove that it is logged in, so it is stopped; detail: what is missing
)

// What the daemon reports while it starts, and beside the login.
const (
	Version            Kind = "version"             // detail: version and build
	StartTime          Kind = "start_time"          // detail: as printed
	Running            Kind = "running"             //
	ConfigLoaded       Kind = "config_loaded"       //
	ServerStarted      Kind = "server_started"      //
	APIListening       Kind = "api_listening"       // detail: address
	TelnetListening    Kind = "telnet_listening"    // detail: address
	WebSocketListening Kind = "websocket_listening" // detail: address
	RSA                Kind = "rsa"                 // detail: as printed, yes or no in the daemon's language
	LoginMethod        Kind = "login_method"        // detail: as printed
	Connection         Kind = "connection"          // detail: which access point
	Account            Kind = "account"             // the account that logged in; the number is not kept
	Quota              Kind = "quota"               // detail: as printed
	QuoteRight         Kind = "quote_right"         // detail: market and level
	QuoteRightKicked   Kind = "quote_right_kicked"  // another terminal took it; detail: market and level
	BadParameter       Kind = "bad_parameter"       // a command line flag it does not know; detail: the flag
	UnknownCommand     Kind = "unknown_command"     // it did not understand what was typed
	AppDirFailed       Kind = "app_dir_failed"      // it cannot make its data folder; detail: why
	Crashed            Kind = "crashed"             // the C++ runtime's last words; detail: as printed
	Exiting            Kind = "exiting"             // it says that it exits
	QuoteRightLimited  Kind = "quote_right_limited" // a right is not given in full; detail: market and level
	NetConfigLoaded    Kind = "network_config_loaded"
	DataMissing        Kind = "data_missing"     // data that it needs did not come
	VersionOld         Kind = "version_old"      // it is too old and will not be served for ever; detail: the version to install, if named
	VersionNewer       Kind = "version_newer"    // a newer version exists; detail: as printed
	TradeAgreement     Kind = "trade_agreement"  // one securities account has an agreement to sign, with a link; the login stands
	RSAFailed          Kind = "rsa_failed"       // the RSA key is missing or none
	WebSocketFailed    Kind = "websocket_failed" // its WebSocket server does not run; the daemon goes on
	LogPathFailed      Kind = "log_path_failed"  // it writes its log elsewhere; detail: where
	CommandShort       Kind = "command_short"    // what was typed lacks something; detail: the command, if named
	Restarting         Kind = "restarting"       // it starts itself again after an update
	OtherRunning       Kind = "other_running"    // it does not update itself while another one runs
	TooFrequent        Kind = "too_frequent"     // what was asked for came too often; until: when it may be asked for again
	TryAgain           Kind = "try_again"        // it says to try again, and not what
	NetworkTrouble     Kind = "network_trouble"  // the network does not work; the daemon tries on
	LinkLost           Kind = "link_lost"        // a connection to the broker is lost, and which is not said; detail: as printed
	LinkBack           Kind = "link_back"        // a connection to the broker is back, and which is not said; detail: as printed
	ErrorCode          Kind = "error_code"       // detail: the code
	ProgramStatus      Kind = "program_status"   // what its log says of itself; detail: the name of its ProgramStatusType
)

// The login.
const (
	LoggingIn          Kind = "logging_in"
	LoggedIn           Kind = "logged_in"
	DataReady          Kind = "data_ready"           // it printed that all data it needs is there
	AccountPrompt      Kind = "account_prompt"       // it asks which account
	PasswordPrompt     Kind = "password_prompt"      // it asks for the password
	RememberPrompt     Kind = "remember_prompt"      // it asks whether to remember the password
	CodeWanted         Kind = "code_wanted"          // it wants an SMS code
	CodeStillWanted    Kind = "code_still_wanted"    // the second line of a refusal
	CodeRequestHint    Kind = "code_request_hint"    // it names the command that requests an SMS
	CodeInputHint      Kind = "code_input_hint"      // it names the command that takes the code
	CodeRequesting     Kind = "code_requesting"      // it is requesting an SMS
	CodeSent           Kind = "code_sent"            // the SMS was sent
	CodeNotSent        Kind = "code_not_sent"        // the SMS was refused; detail: why
	CodeVerifying      Kind = "code_verifying"       // it is verifying a code
	CodeRejected       Kind = "code_rejected"        // the code was wrong
	CaptchaWanted      Kind = "captcha_wanted"       // it wants the characters of a picture
	CaptchaStillWanted Kind = "captcha_still_wanted" // a further line of the same request: the picture is on disk
	CaptchaSaved       Kind = "captcha_saved"        // the picture is on disk; detail: its path, where the daemon names it
	CaptchaHint        Kind = "captcha_hint"         // it names the command that takes the answer
	CaptchaRejected    Kind = "captcha_rejected"     // the answer was wrong; a new picture follows
	CodeVoid           Kind = "code_void"            // the code is too old, or too many were wrong: another SMS is needed
	CodeSuperseded     Kind = "code_superseded"      // a code of an earlier SMS was given
	CaptchaRequesting  Kind = "captcha_requesting"   // it is fetching a picture
	CaptchaNotSent     Kind = "captcha_not_sent"     // it got no picture; detail: why
	CaptchaVerifying   Kind = "captcha_verifying"    // it is verifying an answer
	CaptchaVoid        Kind = "captcha_void"         // the picture is of no use any more: another one must be asked for
	AnswerUnusable     Kind = "answer_unusable"      // it could not use what was typed as a code
)

// A login that failed, by class. The detail is the daemon's reason as printed.
const (
	LoginFailed      Kind = "login_failed"      // no reason, or one that no rule knows
	NetworkFailed    Kind = "network_failed"    // also what the broker's rate limit looks like
	Throttled        Kind = "throttled"         // too many requests
	PasswordWrong    Kind = "password_wrong"    //
	AccountLocked    Kind = "account_locked"    // too many wrong passwords
	VersionRefused   Kind = "version_refused"   // the daemon is too old, or the country is not served
	AgreementMissing Kind = "agreement_missing" // a questionnaire or an agreement waits to be signed
	BrandWrong       Kind = "brand_wrong"       // a moomoo account on a Futu daemon
	AccountUnfit     Kind = "account_unfit"     // no such account, or none with the broker
	RegionRefused    Kind = "region_refused"    // the API is not offered to this account's region
	Banned           Kind = "banned"            // the broker forbids this account to log in
	PhoneUnbound     Kind = "phone_unbound"     // the account has no phone number, and needs one
	AccountUnbound   Kind = "account_unbound"   // a third party's account that is bound to none of the broker's
	LoginMissing     Kind = "login_missing"     // no account, or no password, was given
	MD5Malformed     Kind = "md5_malformed"     // the password's MD5 is none
	RememberedVoid   Kind = "remembered_void"   // the login that the daemon remembered is gone
	LoggedInLocally  Kind = "logged_in_locally" // another daemon on this machine has the account
	ServerFailed     Kind = "server_failed"     // its API cannot listen: the port is taken
	ConfigFailed     Kind = "config_failed"     // its configuration cannot be read
	AppDataMissing   Kind = "app_data_missing"  // a file of its program is missing
	JournalDamaged   Kind = "journal_damaged"   // lines of the journal are lost, and a refusal may have been among them; detail: the file and the line
	StartRefused     Kind = "start_refused"     // it ended before it logged in, after it had named a parameter, a key or an address that is wrong
	OutcomeUnknown   Kind = "outcome_unknown"   // the login had begun, and nobody heard how it ended
	OutcomeExcused   Kind = "outcome_excused"   // likewise, with a password that was right
)

// What the daemon's own API tells, once the console said that the login succeeded.
const (
	APIReady         Kind = "api_ready"              // the API answers, and quotes are logged in; detail: the server's version
	APILost          Kind = "api_lost"               // that is not proven, or not any more; detail: why; part: what is missing
	SessionLost      Kind = "session_lost"           // the daemon runs, and its quote session is gone; detail: why
	SessionBack      Kind = "session_back"           // the quote session is there again
	SessionStillLost Kind = "session_still_lost"     // it did not come back; detail: for how long; until: when a new login is considered
	TradeReady       Kind = "trade_ready"            // the trade session is there
	TradeLost        Kind = "trade_lost"             // it is not; quotes may go on
	QuoteRights      Kind = "quote_rights"           // detail: the level in each market
	KickedOut        Kind = "kicked_out"             // the account logged in elsewhere; detail: as told
	ForcedLogout     Kind = "forced_logout"          // the broker ended the login; detail: as told
	PasswordNewer    Kind = "password_changed"       // the login password was changed; detail: as told
	TradePassword    Kind = "trade_password_changed" // detail: as told
	DeviceLockIsOn   Kind = "device_lock_on"         // somebody turned the account's device lock on; detail: as told
)

package fsm

// Kind says what happened. The text is what the journal and replay show, so a
// kind is never renamed.
type Kind string

// Event is one thing that happened, with at most one detail. Details are for
// people; none of them is ever a secret.
type Event struct {
	Kind   Kind   `json:"kind"`
	Detail string `json:"detail,omitempty"`
}

// What the gateway itself does.
const (
	Boot             Kind = "boot"              // the gateway started; detail: its version
	Start            Kind = "start"             // the daemon is about to be started; detail: who or what asked
	StartFailed      Kind = "start_failed"      // it could not be started; detail: why
	Stop             Kind = "stop"              // the daemon is to be stopped; detail: who or what asked
	RestartScheduled Kind = "restart_scheduled" // the daemon will be started again; detail: the wait
	CodeHeld         Kind = "code_held"         // a code came before one was wanted
	CodeDropped      Kind = "code_dropped"      // a held code grew too old to be typed
	CodeTyped        Kind = "code_typed"        // a code is about to be typed
	CaptchaTyped     Kind = "captcha_typed"     // a captcha answer is about to be typed
	CodeTimeout      Kind = "code_timeout"      // nothing came after a code; detail: the wait
	CaptchaTimeout   Kind = "captcha_timeout"   // nothing came after a captcha answer; detail: the wait
	CodeNotTyped     Kind = "code_not_typed"    // a code could not be typed after all; detail: why
)

// What happens to the daemon's process.
const (
	Started     Kind = "started"      // the process runs
	OutputEnded Kind = "output_ended" // its terminal is closed
	Exited      Kind = "exited"       // it is gone; detail: exit code or signal
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
)

// The login.
const (
	LoggingIn       Kind = "logging_in"
	LoggedIn        Kind = "logged_in"
	DataReady       Kind = "data_ready"        // it printed that all data it needs is there
	AccountPrompt   Kind = "account_prompt"    // it asks which account
	PasswordPrompt  Kind = "password_prompt"   // it asks for the password
	RememberPrompt  Kind = "remember_prompt"   // it asks whether to remember the password
	CodeWanted      Kind = "code_wanted"       // it wants an SMS code
	CodeRequestHint Kind = "code_request_hint" // it names the command that requests an SMS
	CodeInputHint   Kind = "code_input_hint"   // it names the command that takes the code
	CodeRequesting  Kind = "code_requesting"   // it is requesting an SMS
	CodeSent        Kind = "code_sent"         // the SMS was sent
	CodeNotSent     Kind = "code_not_sent"     // the SMS was refused; detail: why
	CodeVerifying   Kind = "code_verifying"    // it is verifying a code
	CodeRejected    Kind = "code_rejected"     // the code was wrong
	CaptchaWanted   Kind = "captcha_wanted"    // it wants the characters of a picture
	CaptchaSaved    Kind = "captcha_saved"     // the picture is on disk
	CaptchaHint     Kind = "captcha_hint"      // it names the command that takes the answer
	CaptchaRejected Kind = "captcha_rejected"  // the answer was wrong; a new picture follows
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
)

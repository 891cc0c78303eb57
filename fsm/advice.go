package fsm

import (
	"maps"
	"slices"
)

// advice says what a person can do about each class of failed login, in one sentence.
var advice = map[Kind]string{
	LoginFailed:      "look at the daemon's last lines; it is tried again slowly",
	NetworkFailed:    "check the network; the broker's rate limit looks the same, so it is tried again slowly",
	Hung:             "look at the daemon's last lines; it is tried again slowly",
	Throttled:        "wait; it is tried again slowly",
	PasswordWrong:    "correct the password in the settings and start the gateway anew; about ten wrong passwords lock the account",
	AccountLocked:    "wait until the lock ends, and correct the password",
	VersionRefused:   "install a newer FutuOpenD; in a country that is not served the message is the same",
	AgreementMissing: "sign the questionnaire and the agreements that the message names, then INIT",
	BrandWrong:       "this is a moomoo account: install the moomoo OpenD",
	AccountUnfit:     "check the account number in the settings, and that the account is opened with the broker; then start the gateway anew, or INIT",
	KickedOut:        "the account logged in elsewhere; it is logged in again slowly, so stop the other program, or this gateway",
	ForcedLogout:     "the broker ended the login; it is tried again slowly",
	PasswordNewer:    "the password was changed: put the new one into the settings and start the gateway anew",
	Banned:           "the broker forbids this account to log in: ask its customer service",
	PhoneUnbound:     "bind a phone number to the account in the broker's app, then INIT",
	AccountUnbound:   "this is a third party's account: bind it to an account of the broker in its app, or log in with the broker's account number",
	LoginMissing:     "put the account and the password into the settings and start the gateway anew",
	MD5Malformed:     "the MD5 of the password is 32 hexadecimal digits: correct it in the settings and start the gateway anew",
	RememberedVoid:   "the login that the daemon remembered is gone: log in with the password",
	LoggedInLocally:  "another FutuOpenD on this machine is logged in with the account: stop it; it is tried again slowly",
	ServerFailed:     "another program listens on the port of the API: stop it, or choose another port; it is tried again slowly",
	ConfigFailed:     "the daemon cannot read its configuration: run check, and install the daemon's files again",
	AppDataMissing:   "AppData.dat is missing beside the daemon's program: install all of its files",
	RegionRefused:    "the API is not offered to this account's region",
}

// Advice is a sentence on what a person can do about a failed login of kind k. It is empty for every
// other kind.
func (k Kind) Advice() string { return advice[k] }

// Failures are the kinds of a failed login, and of one that was ended from outside, sorted.
func Failures() []Kind { return slices.Sorted(maps.Keys(advice)) }

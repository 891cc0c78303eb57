package agent

import (
	"regexp"
	"strconv"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// advice says what a person can do about each class of failed login, in one sentence.
var advice = map[fsm.Kind]string{
	fsm.LoginFailed:      "look at the daemon's last lines; it is tried again slowly",
	fsm.NetworkFailed:    "check the network; the broker's rate limit looks the same, so it is tried again slowly",
	fsm.Throttled:        "wait; it is tried again slowly",
	fsm.PasswordWrong:    "correct the password, then INIT; about ten wrong passwords lock the account",
	fsm.AccountLocked:    "wait until the lock ends, and correct the password",
	fsm.VersionRefused:   "install a newer FutuOpenD; in a country that is not served the message is the same",
	fsm.AgreementMissing: "sign the questionnaire and the agreements that the message names, then INIT",
	fsm.BrandWrong:       "this is a moomoo account: install the moomoo OpenD",
	fsm.AccountUnfit:     "check the account number, and that the account is opened with the broker, then INIT",
	fsm.RegionRefused:    "the API is not offered to this account's region",
}

// Advice is a sentence on what a person can do about a failed login of kind k, or empty.
func Advice(k fsm.Kind) string { return advice[k] }

// unlock is the end of a lock as the broker words it.
var unlock = regexp.MustCompile(`请于今日 *(\d{1,2})[:：](\d{2}) *后重试`)

// beijing is the broker's clock: the text says "today", and comes from its servers.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// margin is added to a time that the broker named: its clock is not ours.
const margin = time.Minute

// unlockTime is when the lock that a reason tells of ends, zero if it does not say. A
// time that has passed today can only mean tomorrow.
func unlockTime(reason string, now time.Time) time.Time {
	at := unlock.FindStringSubmatch(reason)
	if at == nil {
		return time.Time{}
	}
	hour, _ := strconv.Atoi(at[1]) // the expression has digits only
	minute, _ := strconv.Atoi(at[2])
	if hour > 23 || minute > 59 {
		return time.Time{}
	}
	local := now.In(beijing)
	end := time.Date(local.Year(), local.Month(), local.Day(), hour, minute, 0, 0, beijing)
	if end.Add(margin).Before(now) {
		end = end.AddDate(0, 0, 1)
	}
	return end.Add(margin)
}

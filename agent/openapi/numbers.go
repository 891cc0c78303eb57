package openapi

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ostai/futuopend-gateway/fsm"
)

// meaning says what a number of the daemon is called in the protocol definitions, and which kind of event it becomes.
type meaning struct {
	number int32
	name   string
	kind   fsm.Kind
}

// programStatuses is ProgramStatusType. Each but Ready is told as APILost; the kind is what is told beside it.
// SessionLost is told only if the API had been ready: before that, nothing was lost.
var programStatuses = []meaning{
	{0, "None", ""},
	{1, "Loaded", ""},
	{2, "Loging", fsm.SessionLost},
	{3, "NeedPicVerifyCode", fsm.SessionLost},
	{4, "NeedPhoneVerifyCode", fsm.SessionLost},
	{5, "LoginFailed", fsm.LoginFailed},
	{6, "ForceUpdate", fsm.VersionRefused},
	{7, "NessaryDataPreparing", ""},
	{8, "NessaryDataMissing", ""},
	{9, "UnAgreeDisclaimer", fsm.AgreementMissing},
	{ProgramReady, "Ready", ""},
	{11, "ForceLogout", fsm.ForcedLogout},
	{12, "DisclaimerPullFailed", ""},
}

// ProgramReady is the one status in which the daemon does its work.
const ProgramReady int32 = 10

// gtwEvents is GtwEventType. That a code is wanted is APILost and no more: the console is the authority for that.
// A number that is not here, or has no kind, only makes the client ask for the state.
var gtwEvents = []meaning{
	{0, "None", ""},
	{1, "LocalCfgLoadFailed", fsm.APILost},
	{2, "APISvrRunFailed", fsm.APILost},
	{3, "ForceUpdate", fsm.VersionRefused},
	{4, "LoginFailed", fsm.LoginFailed},
	{5, "UnAgreeDisclaimer", fsm.AgreementMissing},
	{6, "NetCfgMissing", ""}, // does not occur any more
	{7, "KickedOut", fsm.KickedOut},
	{8, "LoginPwdChanged", fsm.PasswordNewer},
	{9, "BanLogin", fsm.Banned},
	{10, "NeedPicVerifyCode", fsm.APILost},
	{11, "NeedPhoneVerifyCode", fsm.APILost},
	{12, "AppDataNotExist", fsm.APILost},
	{13, "NessaryDataMissing", fsm.APILost},
	{14, "TradePwdChanged", fsm.TradePassword},
	{15, "EnableDeviceLock", fsm.DeviceLockIsOn},
}

// find returns the row of a number. One that is not in the table is its own name.
func find(table []meaning, number int32) meaning {
	for _, m := range table {
		if m.number == number {
			return m
		}
	}
	return meaning{number, fmt.Sprintf("%d, which is not known", number), ""}
}

// levels is QotRight, in the console's words. Level 3 came with the definitions of 10.11.
var levels = map[int32]string{1: "BMP", 2: "LV1", 3: "LV2", 4: "SF", 5: "none", 6: "LV3"}

// markets are the fields of the message QotRight. An obsolete field is shown only if the newer one is not told.
var markets = []struct {
	field int32
	name  string
	newer int32
}{
	{4, "HK stock", 0},
	{7, "HK option", 0},
	{9, "HK future", 0},
	{5, "US stock", 0},
	{11, "US option", 0},
	{12, "US index", 0},
	{13, "US OTC", 0},
	{10, "US future", 16},
	{16, "CME", 0},
	{17, "CBOT", 0},
	{18, "NYMEX", 0},
	{19, "COMEX", 0},
	{20, "CBOE", 0},
	{6, "CN stock", 21},
	{21, "SH stock", 0},
	{22, "SZ stock", 0},
	{24, "SG stock", 0},
	{14, "SG future", 0},
	{26, "JP stock", 0},
	{15, "JP future", 0},
	{25, "MY stock", 0},
	{23, "crypto", 0},
	{27, "event contract", 0},
}

// String lists the level in each market, such as "HK stock LV2, US stock none". What is unknown to the daemon is left
// out; a level that is unknown here is shown as its number.
func (r Rights) String() string {
	var out []string
	for _, m := range markets {
		level := r[m.field]
		if _, newer := r[m.newer]; level == 0 || newer {
			continue
		}
		out = append(out, m.name+" "+cmp.Or(levels[level], fmt.Sprint(level)))
	}
	return strings.Join(out, ", ")
}

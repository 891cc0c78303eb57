package opendsim

import (
	"slices"
	"strings"
)

const (
	futu   = "futu"
	moomoo = "moomoo"
)

// generation is what daemons of one time have in common. The wording of each is in words.go.
type generation struct {
	name        string
	versions    map[string]string // by brand and language, because each recording is of one of these
	flags       []string
	autoSMS     bool // requests the first SMS unasked
	interactive bool // asks for account and password on its terminal
}

// Flags that every generation is taken to know; which one came when is not recorded.
var commonFlags = []string{
	"login_account", "login_region", "cfg_file", "console", "lang", "api_ip", "api_port", "help", "log_level",
	"no_monitor", "rsa_private_key", "websocket_ip", "websocket_port", "websocket_private_key", "websocket_cert",
	"websocket_key_md5", "price_reminder_push", "auto_hold_quote_right", "future_trade_api_time_zone",
}

// Flags that went with interactive login, and those that came with it.
var (
	passwordFlags = append([]string{"login_pwd", "login_pwd_md5", "telnet_ip", "telnet_port"}, commonFlags...)
	rememberFlags = append([]string{"login_by_remember", "remember", "area_code"}, commonFlags...)
)

var generations = map[string]generation{
	"2018": {
		name:     "2018",
		versions: map[string]string{"futu chs": "1.03"}, // never printed
		flags:    append([]string{"simulate_trade", "login_cert_file"}, passwordFlags...),
	},
	"9": {
		name: "9",
		versions: map[string]string{
			"futu chs":   "9.4.5408(20250713104500)",
			"futu en":    "8.0.4008(240117152500)",
			"moomoo chs": "8.2.4218(20240429140500)",
			"moomoo en":  "8.1.4108(20240229115000)",
		},
		flags: passwordFlags,
	},
	"10": {
		name:     "10",
		versions: inBoth("10.9.6918(20260721161500)", "10.9.6918(20260721161500)"),
		flags:    passwordFlags,
		autoSMS:  true,
	},
	"interactive": {
		name:        "interactive",
		versions:    inBoth("10.10.7008(20260811202500)", "10.11.7108(20260916134500)"),
		flags:       rememberFlags,
		autoSMS:     true,
		interactive: true,
	},
}

// inBoth is a version of each brand that is the same in both languages.
func inBoth(ofFutu, ofMoomoo string) map[string]string {
	return map[string]string{
		"futu chs": ofFutu, "futu en": ofFutu,
		"moomoo chs": ofMoomoo, "moomoo en": ofMoomoo,
	}
}

// knows reports whether the daemon starts when it is given a flag.
func (g generation) knows(key string) bool { return slices.Contains(g.flags, key) }

// help is the daemon's answer to -help. Its real layout is not known; that it lists its flags is.
func (g generation) help() string {
	flags := slices.Clone(g.flags)
	slices.Sort(flags)
	return "-" + strings.Join(flags, "\n-") + "\n"
}

// product is how the daemon calls itself in what it prints.
func (g generation) product(brand string) string {
	switch {
	case g.name == "2018":
		return "FutuOpenD"
	case brand == moomoo:
		return "moomoo OpenD"
	}
	return "Futu OpenD"
}

package opendsim

import "slices"

const (
	futu   = "futu"
	moomoo = "moomoo"
)

// generation is what daemons of one time have in common. How they word what they say is in the texts, by the day of their
// build.
type generation struct {
	name        string
	versions    map[string]string // by brand and language, because each recording is of one of these
	listed      []string          // the flags of its -help, in order
	unlisted    []string          // flags that it takes all the same
	autoSMS     bool              // requests the first SMS unasked
	interactive bool              // asks for account and password on its terminal
}

// The flags of -help, in the order of the build of 2025-03-05. Which came when is known only of those that went with
// interactive login, and of area_code, which came with it.
var (
	flagsOf9 = []string{
		"login_account", "login_pwd", "login_pwd_md5", "login_by_remember", "remember", "login_region", "cfg_file", "console",
		"lang", "api_ip", "api_port", "help", "log_level", "log_path", "no_monitor", "simulate_trade", "websocket_ip",
		"websocket_port", "websocket_private_key", "websocket_cert", "websocket_key_md5", "price_reminder_push",
		"auto_hold_quote_right", "future_trade_api_time_zone",
	}
	flagsOf1           = slices.Insert(without(flagsOf9, "login_by_remember", "remember", "log_path"), 0, "login_cert_file")
	flagsOfInteractive = append(without(flagsOf9, "login_pwd", "login_pwd_md5"), "area_code")
)

// Flags that no -help has and the same build takes. Telnet's are not in the -help of 10.10 and are taken to be gone.
var (
	unlistedFlags = []string{
		"login_ip", "login_ip_hk", "login_ip_us", "login_ip_sg", "login_test_env", "data_dir", "rsa_private_key",
		"qot_push_frequency", "push_proto_type", "time_format", "pdt_protection", "dtcall_confirmation", "fulldump", "more_log",
		"log_svr_content", "ui_mode", "parent_handle", "parent_id", "ppid", "monitor_handle", "no_disclaimer",
		"internal_type_gateway", "debug_show", "qot_push_test",
	}
	unlistedWithTelnet = append([]string{"telnet_ip", "telnet_port"}, unlistedFlags...)
)

// generations, from the oldest to the youngest.
var generations = []generation{
	{
		name:     "2018",
		versions: map[string]string{"futu chs": "1.03"}, // never printed
		listed:   flagsOf1,
		unlisted: unlistedWithTelnet,
	},
	{
		name: "9",
		versions: map[string]string{
			"futu chs":   "9.4.5408(20250713104500)",
			"futu en":    "8.0.4008(240117152500)",
			"moomoo chs": "8.2.4218(20240429140500)",
			"moomoo en":  "8.1.4108(20240229115000)",
		},
		listed:   flagsOf9,
		unlisted: unlistedWithTelnet,
	},
	{
		name:     "10.0", // to 10.5
		versions: map[string]string{"futu chs": "10.0.6018(20260306103000)", "futu en": "10.0.6018(20260306103000)"},
		listed:   flagsOf9,
		unlisted: unlistedWithTelnet,
	},
	{
		name:     "10", // from 10.6 on
		versions: inBoth("10.9.6918(20260721161500)", "10.9.6918(20260721161500)"),
		listed:   flagsOf9,
		unlisted: unlistedWithTelnet,
		autoSMS:  true,
	},
	{
		name:        "interactive", // from 10.10 on
		versions:    inBoth("10.10.7008(20260811202500)", "10.11.7108(20260916134500)"),
		listed:      flagsOfInteractive,
		unlisted:    unlistedFlags,
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

func without(flags []string, gone ...string) []string {
	return slices.DeleteFunc(slices.Clone(flags), func(f string) bool { return slices.Contains(gone, f) })
}

// generationNames lists them for a person.
func generationNames() (names []string) {
	for _, g := range generations {
		names = append(names, g.name)
	}
	return names
}

// knows reports whether the daemon starts when it is given a flag.
func (g generation) knows(key string) bool {
	return slices.Contains(g.listed, key) || slices.Contains(g.unlisted, key)
}

// build is the day of its build, or of one of them.
func (g generation) build() string { return buildDay(g.versions["futu chs"]) }

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

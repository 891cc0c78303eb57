package main

import (
	"path/filepath"
	"slices"
	"strings"
)

// flagSetting are the flags of FutuOpenD that people give its image as arguments, by the setting to write instead. "" is for those that
// are to be left out.
var flagSetting = map[string]string{
	"login_account": "FUTU_LOGIN_ACCOUNT", "login_pwd": "FUTU_LOGIN_PWD_FILE", "login_pwd_md5": "FUTU_LOGIN_PWD_MD5_FILE", "login_region": "FUTU_LOGIN_REGION",
	"login_by_remember": "FUTU_LOGIN_MODE=remember", "area_code": "FUTU_AREA_CODE", "lang": "FUTU_LANG", "log_level": "FUTU_LOG_LEVEL", "log_path": xmlPrefix + "LOG_PATH",
	"api_ip": "FUTU_IP", "ip": "FUTU_IP", "api_port": "FUTU_PORT", "telnet_ip": "FUTU_TELNET_IP", "telnet_port": "FUTU_TELNET_PORT",
	"websocket_ip": "FUTU_WEBSOCKET_IP", "websocket_port": "FUTU_WEBSOCKET_PORT", "websocket_key_md5": "FUTU_WEBSOCKET_KEY_MD5",
	"websocket_cert": "FUTU_WEBSOCKET_CERT", "websocket_private_key": "FUTU_WEBSOCKET_PRIVATE_KEY", "rsa_private_key": "FUTU_RSA_PRIVATE_KEY",
	"push_proto_type": pushProto, "qot_push_frequency": frequency, "price_reminder_push": reminders, "auto_hold_quote_right": holdRight,
	"future_trade_api_time_zone": futuresTZ, "pdt_protection": protection, "dtcall_confirmation": dtCall,
	"no_monitor": "", "console": "", "cfg_file": "", "login_cert_file": "",
}

// habit is what to write instead of a command line that another image takes, "" for one that is none. It has no value of a flag: one
// may be a password.
func habit(args []string) string {
	if len(args) == 0 {
		return ""
	}
	name := filepath.Base(args[0])
	switch {
	case strings.HasPrefix(args[0], "-"):
		return flagHabit(args)
	case slices.Contains([]string{"node", "npm", "npx", "python", "python3", "sh", "bash", "FutuOpenD", "OpenD", "login", "shell"}, name),
		slices.Contains([]string{".js", ".sh", ".py"}, filepath.Ext(name)):
		return say("habit.command", "name", words80(args[0]))
	}
	return ""
}

// flagHabit is that of flags of the daemon. One that is not the daemon's is a mistake of another kind.
func flagHabit(args []string) string {
	var instead []string
	for _, arg := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		setting, known := flagSetting[name]
		switch {
		case !known && len(instead) == 0:
			return ""
		case known && setting == "":
			instead = append(instead, say("habit.flag.none", "flag", "-"+name))
		case known:
			instead = append(instead, say("habit.flag", "flag", "-"+name, "setting", setting))
		}
	}
	return say("habit.flags", "instead", strings.Join(instead, ", "))
}

// words80 is what somebody wrote, cut to what a line has room for.
func words80(s string) string { return strings.Trim(quoted(s), `"`) }

package main

import "strings"

// alias is a name that another image uses for a variable of ours.
type alias struct {
	name, means string
	// convert turns its value into ours; nil if they are the same. What it cannot convert is "".
	convert func(string) string
}

// aliases are the names of other images, so that their compose files go on working.
var aliases = []alias{
	{name: "FUTU_ACCOUNT_ID", means: "FUTU_LOGIN_ACCOUNT"},
	{name: "FUTU_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
	{name: "LOGIN_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
	{name: "login_account", means: "FUTU_LOGIN_ACCOUNT"},
	{name: "FUTU_ACCOUNT_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5"},
	{name: "FUTU_ACCOUNT_PWD_MD5_FILE", means: "FUTU_LOGIN_PWD_MD5_FILE"},
	{name: "login_pwd_md5", means: "FUTU_LOGIN_PWD_MD5"},
	{name: "FUTU_ACCOUNT_PWD", means: "FUTU_LOGIN_PWD"},
	{name: "FUTU_ACCOUNT_PWD_FILE", means: "FUTU_LOGIN_PWD_FILE"},
	{name: "FUTU_LOGIN_PASSWORD", means: "FUTU_LOGIN_PWD"},
	{name: "LOGIN_PWD", means: "FUTU_LOGIN_PWD"},
	{name: "FUTU_OPEND_IP", means: "FUTU_IP"},
	{name: "FUTU_OPEND_PORT", means: "FUTU_PORT"},
	{name: "FUTU_API_PORT", means: "FUTU_PORT"},
	{name: "FUTU_OPEND_TELNET_IP", means: "FUTU_TELNET_IP"},
	{name: "FUTU_OPEND_TELNET_PORT", means: "FUTU_TELNET_PORT"},
	{name: "FUTU_OPEND_WEBSOCKET_IP", means: "FUTU_WEBSOCKET_IP"},
	{name: "FUTU_OPEND_WEBSOCKET_PORT", means: "FUTU_WEBSOCKET_PORT"},
	{name: "FUTU_OPEND_LOGIN_BY_REMEMBER", means: "FUTU_LOGIN_MODE", convert: rememberMode},
	{name: "FUTU_OPEND_RSA_FILE_PATH", means: "FUTU_RSA_PRIVATE_KEY"},
	{name: "FUTU_RSA_KEY_PATH", means: "FUTU_RSA_PRIVATE_KEY"},
	{name: "FUTU_RSA_KEY_FILE", means: "FUTU_RSA_PRIVATE_KEY"},
}

func rememberMode(s string) string {
	switch strings.ToLower(s) {
	case "1", "yes", "true":
		return "remember"
	}
	return ""
}

// translate puts the values of aliases where ours are not set, and returns a line of notice for each that was
// found. A variable of ours wins over its aliases.
func translate(vars map[string]string) (notices []string) {
	for _, a := range aliases {
		value := vars[a.name]
		if value == "" {
			continue
		}
		if a.convert != nil {
			value = a.convert(value)
		}
		switch {
		case value == "":
			notices = append(notices, say("setting.alias.odd", "name", a.name, "means", a.means))
		case vars[a.means] != "" && vars[a.means] != value:
			notices = append(notices, say("setting.alias.beaten", "name", a.name, "means", a.means))
		default:
			vars[a.means] = value
			notices = append(notices, say("setting.alias", "name", a.name, "means", a.means))
		}
	}
	return notices
}

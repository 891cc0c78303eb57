package daemon

import (
	"errors"
	"slices"
	"strings"
)

// Mode is how the daemon is told who logs in.
type Mode string

const (
	// Auto chooses by what the daemon's -help lists.
	Auto Mode = "auto"
	// Password: account and the password's MD5 are in the config file. Until 10.9.
	Password Mode = "password"
	// Interactive: the daemon asks on its terminal. Since 10.10.
	Interactive Mode = "interactive"
	// Remember: the daemon logs in with what it remembers, and asks if that is void. Since 10.10.
	Remember Mode = "remember"
)

// Login returns how the daemon is told who logs in: Mode itself, or for Auto what fits the daemon. Flags that are not known, because -help failed, mean
// an old daemon: a new one ignores what it does not use in the config file, and asks.
func (c Config) Login() Mode {
	switch {
	case c.Mode == Remember && c.Typed:
		return Interactive
	case c.Mode != Auto:
		return c.Mode
	case c.Flags == nil, c.Flags.Has("login_pwd_md5"), c.Flags.Has("login_pwd"):
		return Password
	case c.Flags.Has("login_by_remember") && c.Folder.Remembers() && !c.Typed:
		return Remember
	}
	return Interactive
}

// errNoPassword is returned by Start when the config file needs a password that is not there.
var errNoPassword = errors.New("this daemon takes its password from the config file: set FUTU_LOGIN_PWD_MD5 or FUTU_LOGIN_PWD")

// items is the config file's content in a mode. A daemon that asks gets no secret that it does not use.
func (c Config) items(m Mode) ([]Item, error) {
	if m != Password {
		return c.Items, nil
	}
	if c.PasswordMD5 == "" {
		return nil, errNoPassword
	}
	return append(slices.Clone(c.Items), Item{"login_account", c.Account}, Item{"login_pwd_md5", c.PasswordMD5}), nil
}

// arguments is the daemon's command line in a mode. A flag that the daemon does not list is left
// out: an unknown one ends it. No flag carries a secret.
func (c Config) arguments(m Mode, config string) []string {
	out := append(slices.Clone(c.Args), "-cfg_file="+config)
	add := func(flag, value string) {
		if value != "" && (c.Flags.Has(flag) || c.Flags == nil && flag == "no_monitor") {
			out = append(out, "-"+flag+"="+value)
		}
	}
	add("no_monitor", "1") // the daemon restarts itself otherwise, and so logs in again and again
	add("login_region", c.Region)
	if m == Remember {
		area, account := c.phone()
		add("login_account", account)
		add("login_by_remember", "1")
		add("area_code", area)
	}
	return out
}

// phone takes a phone account apart: "+86 13800000000" has its area code in front.
func (c Config) phone() (area, account string) {
	area, number, ok := strings.Cut(c.Account, " ")
	switch {
	case c.AreaCode != "":
		return c.AreaCode, strings.TrimSpace(strings.TrimPrefix(c.Account, c.AreaCode))
	case ok && strings.HasPrefix(area, "+"):
		return area, strings.TrimSpace(number)
	}
	return "", c.Account
}

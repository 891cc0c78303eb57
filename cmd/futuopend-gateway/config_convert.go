package main

import (
	"encoding/base64"
	"errors"
	"net"
	"os"
	"strings"
)

// errOdd is returned for a value that the setting which it stands for cannot have.
var errOdd = errors.New("cannot be converted")

// truth are the words for yes and no in the files of other images.
var truth = map[string]bool{"1": true, "yes": true, "true": true, "on": true, "0": false, "no": false, "false": false, "off": false}

// flag01 is a parameter of the daemon that is 1 or 0.
func flag01(s string) (string, error) {
	switch on, known := truth[strings.ToLower(s)]; {
	case !known:
		return "", errOdd
	case on:
		return "1", nil
	}
	return "0", nil
}

// rememberMode is the login mode of those who have a switch for one of them.
func rememberMode(s string) (string, error) {
	on, known := truth[strings.ToLower(s)]
	if !known {
		return "", errOdd
	}
	if on {
		return "remember", nil
	}
	return "", nil
}

// ipOnly is an IP address. Other images take a host name as well, that of the container itself: then ours is right.
func ipOnly(s string) (string, error) {
	if net.ParseIP(s) == nil {
		return "", errOdd
	}
	return s, nil
}

// bareMD5 is an MD5 without what other images allow around it.
func bareMD5(s string) (string, error) {
	return strings.TrimPrefix(strings.Join(strings.Fields(s), ""), "md5hash:"), nil
}

// encoded is a secret in base64.
func encoded(s string) (string, error) {
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil || len(text) == 0 {
		return "", errOdd
	}
	return string(text), nil
}

// digest is the MD5 of a key that another image takes as it is.
func digest(s string) (string, error) { return sumOf(s), nil }

// digestOfFile is the MD5 of the key that is in a file.
func digestOfFile(path string) (string, error) {
	text, err := firstLine(path)
	if err != nil {
		return "", err
	}
	return sumOf(text), nil
}

// firstLine is what a file has that another image reads as the value of a setting.
func firstLine(path string) (string, error) {
	text, err := readFile(path, maxSecret)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}

// pathIf is a path if what is in the file is an MD5, or is not one.
func pathIf(isMD5 bool) func(string) (string, error) {
	return func(path string) (string, error) {
		text, err := firstLine(path)
		if errors.Is(err, os.ErrPermission) && !isMD5 {
			return path, nil // told when the setting is understood
		}
		if err != nil || anyMD5(text) != isMD5 {
			return "", err
		}
		return path, nil
	}
}

var mainland = compiled(`^1[3-9]\d{9}$`)

// isMainland reports whether the account is a mobile number of mainland China without its area code.
func isMainland(vars map[string]string) bool {
	return mainland().MatchString(vars["FUTU_LOGIN_ACCOUNT"])
}

// isSet reports whether a setting of ours has a value.
func isSet(name string) func(map[string]string) bool {
	return func(vars map[string]string) bool { return vars[name] != "" }
}

// socketOn reports whether nothing turns the WebSocket off that lqepoch's image has on.
func socketOn(vars map[string]string) bool {
	on, known := truth[strings.ToLower(vars["FUTU_WEBSOCKET_ENABLED"])]
	return on || !known
}

// noPassword reports whether there is nothing to log in with but what the daemon remembers.
func noPassword(vars map[string]string) bool {
	return vars["FUTU_LOGIN_PWD"]+vars["FUTU_LOGIN_PWD_FILE"]+vars["FUTU_LOGIN_PWD_MD5"]+vars["FUTU_LOGIN_PWD_MD5_FILE"] == ""
}

package main

import (
	"crypto/md5"
	"fmt"
	"strings"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/fsm/journalfile"
)

// The login that the broker's documentation shows. Whoever copies it means another one.
const exampleAccount, examplePassword = "100000", "123456"

// doubts are values that can be meant, and hardly ever are: each costs a wrong password of the about ten that lock the account.
// FUTU_LOGIN_PWD_AS_IS=yes takes them as they are, and so does a login of theirs that succeeded.
func doubts(e environment, account, password, sum string) (out problems) {
	doubt := func(name, key string) {
		out = append(out, problem{name, say("wrong.pasted", "wrong", say(key))})
	}
	name := "FUTU_LOGIN_PWD"
	if e.PasswordFile != "" {
		name += "_FILE"
	}
	if password != "" {
		if wrong := pasted(password); wrong != "" {
			doubt(name, wrong)
		}
	}
	if sum == sumOf("") {
		doubt("FUTU_LOGIN_PWD_MD5", "wrong.pasted.nothing")
	}
	if account == exampleAccount && sum == sumOf(examplePassword) {
		doubt("FUTU_LOGIN_ACCOUNT", "wrong.pasted.example")
	}
	return out
}

func isMD5(s string) bool { return len(s) == 32 && all(s, isHex) }

// anyMD5 reports whether a text is an MD5, perhaps as md5sum prints that of its input.
func anyMD5(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("\t\n\f\r ", r) })
	return (len(parts) == 1 || len(parts) == 2 && parts[1] == "-") && isMD5(parts[0])
}

// typeset reports whether a text is in the quotes that an editor makes of plain ones.
func typeset(s string) bool {
	for _, quotes := range [...][2]string{{"“", "”"}, {"‘", "’"}, {"「", "」"}, {"«", "»"}} {
		if rest, ok := strings.CutPrefix(s, quotes[0]); ok && strings.HasSuffix(rest, quotes[1]) {
			return true
		}
	}
	return false
}

// pasted says what a text editor, a shell or a compose file has added to a password, as the key of the words. It is empty if
// nothing looks so.
func pasted(password string) string {
	first, last := password[0], password[len(password)-1]
	switch {
	case strings.HasPrefix(password, "\ufeff"):
		return "wrong.pasted.bom"
	case anyMD5(password):
		return "wrong.pasted.digest"
	case strings.ContainsAny(password, "\ufeff\u200b\u200c\u200d\u2060"):
		return "wrong.pasted.unseen"
	case len(password) > 1 && first == last && strings.ContainsRune("\"'`", rune(first)), typeset(password):
		return "wrong.pasted.quotes"
	case strings.TrimSpace(password) != password:
		return "wrong.pasted.blank"
	}
	return ""
}

func sumOf(password string) string { return fmt.Sprintf("%x", md5.Sum([]byte(password))) }

// succeededBefore reports whether the journal in a folder has a login with this fingerprint that succeeded.
func succeededBefore(data, login string) bool {
	same, succeeded := false, false
	// What is wrong with the journal is told when it is opened; what can be read of it counts.
	_, _ = journalfile.Read(data, func(e fsm.Entry) {
		if e.Kind == fsm.Start {
			same = e.Login == login
		}
		succeeded = succeeded || same && e.Changed() && e.To == fsm.Connected || e.Kind == fsm.LoginProven && e.Login == login
	})
	return succeeded
}

package main

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/agent/console"
	"github.com/ostai/futuopend-gateway/transport"
)

// maxSecret bounds a file with a secret, in bytes: a key file has under four thousand.
const maxSecret = 16 << 10

// secret is a value that stands in a variable or in a file that another variable names. Whatever
// is wrong with it, the message never has the value.
func (c *checker) secret(name, value, path string) string {
	switch {
	case value != "" && path != "":
		c.wrong(name, "wrong.twice", "name", name)
		return ""
	case path == "":
		return value
	}
	text, err := readFile(path, maxSecret)
	if err != nil {
		c.unreadable(name+"_FILE", err)
		return ""
	}
	value = strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r") // editors add it
	if value == "" {
		c.wrong(name+"_FILE", "wrong.empty", "path", path)
	}
	return value
}

// unreadable says of a file who must be able to read it, if that is what is wrong.
func (c *checker) unreadable(name string, err error) {
	at, ok := errors.AsType[*fs.PathError](err)
	switch {
	case !errors.Is(err, fs.ErrPermission) || !ok:
		c.wrong(name, "wrong.unreadable", "error", plainly(err))
	case inContainer(): // what is mounted is another file's name outside
		c.wrong(name, "wrong.unreadable.inside", "path", at.Path, "error", reason(err), "uid", strconv.Itoa(os.Getuid()))
	default:
		c.wrong(name, "wrong.unreadable.uid", "path", at.Path, "error", reason(err), "uid", strconv.Itoa(os.Getuid()))
	}
}

func readFile(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = errors.New(say("check.long", "path", path, "most", strconv.FormatInt(most, 10)))
	}
	return text, err
}

func (c *checker) md5(name, s string) string {
	s, _ = bareMD5(strings.ToLower(s)) // files of other images have md5hash: in front, or blanks
	if s != "" && !isMD5(s) {
		// Somebody may have put the password itself there.
		c.wrong(name, "wrong.digest", "count", strconv.Itoa(len(s)))
	}
	return s
}

// passwords understands the password and its MD5. The daemon of 10.10 wants the one, older daemons the other.
func (c *checker) passwords(e environment) (password, sum string) {
	password = c.secret("FUTU_LOGIN_PWD", e.Password, e.PasswordFile)
	sum = c.md5("FUTU_LOGIN_PWD_MD5", c.secret("FUTU_LOGIN_PWD_MD5", e.PasswordMD5, e.PasswordMD5File))
	if password != "" && !console.ValidAnswer(password) {
		c.wrong("FUTU_LOGIN_PWD", "wrong.password")
	}
	given := e.Password != "" || e.PasswordFile != "" || e.PasswordMD5 != "" || e.PasswordMD5File != ""
	if !given && e.Mode != "interactive" && e.Mode != "remember" {
		c.wrong("FUTU_LOGIN_PWD_MD5", "wrong.login")
	}
	if password == "" {
		return "", sum
	}
	computed := sumOf(password)
	if sum != "" && sum != computed {
		c.wrong("FUTU_LOGIN_PWD_MD5", "wrong.sum")
	}
	return password, computed
}

// tokens understands the three. The lesser ones protect nothing where no token is needed for more.
func (c *checker) tokens(e environment) (all, answer, read string) {
	all = c.token("SERVER_TOKEN", c.secret("SERVER_TOKEN", e.Token, e.TokenFile))
	answer = c.token("ANSWER_TOKEN", c.secret("ANSWER_TOKEN", e.AnswerToken, e.AnswerTokenFile))
	read = c.token("READ_TOKEN", c.secret("READ_TOKEN", e.ReadToken, e.ReadTokenFile))
	given := func(value, file string) bool { return value != "" || file != "" }
	for name, lesser := range map[string]bool{"ANSWER_TOKEN": given(e.AnswerToken, e.AnswerTokenFile), "READ_TOKEN": given(e.ReadToken, e.ReadTokenFile)} {
		if lesser && !given(e.Token, e.TokenFile) {
			c.wrong(name, "wrong.token.alone")
		}
	}
	same := func(name, a, other, b string) {
		if a != "" && a == b {
			c.wrong(name, "wrong.token.same", "other", other)
		}
	}
	same("ANSWER_TOKEN", answer, "SERVER_TOKEN", all)
	same("READ_TOKEN", read, "SERVER_TOKEN", all)
	same("READ_TOKEN", read, "ANSWER_TOKEN", answer)
	return all, answer, read
}

func (c *checker) token(name, s string) string {
	if s != "" && !transport.ValidToken(s) {
		c.wrong(name, "wrong.token", "count", strconv.Itoa(len(s)))
	}
	return s
}

// rsaKey is the daemon's key, nil without one. The daemon says nothing when it cannot use it, and runs without encryption.
func (c *checker) rsaKey(name, path string) *rsa.PrivateKey {
	if path == "" {
		return nil
	}
	text, err := readFile(path, maxSecret)
	if err != nil {
		c.unreadable(name, err)
		return nil
	}
	block, _ := pem.Decode(text)
	var key *rsa.PrivateKey
	if block != nil {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	if key == nil || err != nil {
		form := "wrong.key"
		if block != nil && block.Type == "PRIVATE KEY" { // another key would have to be given to each client, too
			form = "wrong.key.form"
		}
		c.wrong(name, form, "path", path)
		return nil
	}
	return key
}

// fingerprint tells apart what is logged in with: the account, the password, the daemon's program. Two bytes
// are enough to see a change, and too little to test guesses of a password.
func fingerprint(account, sum, program string) string {
	var size int64
	var changed time.Time
	if info, err := os.Stat(program); err == nil {
		size, changed = info.Size(), info.ModTime()
	}
	h := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d\n%d", account, sum, program, size, changed.UnixNano()))
	return hex.EncodeToString(h[:2])
}

package notify

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/ntfy"
)

// Chat is where a Telegram target sends, for whoever listens to answers there. API and Token are secrets.
type Chat struct {
	API    string // the address of the Bot API, without a slash at its end
	Token  string // of the bot, as NUMBER:TEXT
	ID     string // a number, or @name of a public group
	Thread int    // the topic of a forum, 0 for none
	Silent bool   // messages there make no sound

	mu    sync.Mutex // guards wrote
	wrote []int64
}

// maxWrote bounds how many messages of a chat are known as our own. Who answers an older one has scrolled a long way.
const maxWrote = 64

// Wrote notes a message that this gateway sent there. It is safe for concurrent use.
func (c *Chat) Wrote(message int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote = append(c.wrote, message)
	c.wrote = c.wrote[max(0, len(c.wrote)-maxWrote):]
}

// Own reports whether this gateway sent a message there, in this run, as one of the latest 64. It is safe for concurrent use.
func (c *Chat) Own(message int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.wrote, message)
}

// Topic is where answers to the messages of an ntfy target are published. All of it is secret.
type Topic struct {
	URL    string        // of the topic, without a slash at its end
	User   *url.Userinfo // nil for nobody
	Client *http.Client  // follows no redirect
}

// answersParameter names the topic of answers in the URL of an ntfy target. The library does not know it.
const answersParameter = "answers"

// newNtfy understands a URL of the library's ntfy, with a topic for answers beside the one for messages.
func newNtfy(u *url.URL) ([]Target, error) {
	name := u.Query().Get(answersParameter)
	if !u.Query().Has(answersParameter) {
		return newOfLibrary("ntfy", u.String())
	}
	plain := *u
	// The rest stays as it is written: buttons have signs that would be lost if it were read.
	plain.RawQuery = strings.Join(slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(pair string) bool {
		return pair == answersParameter || strings.HasPrefix(pair, answersParameter+"=")
	}), "&")
	targets, err := newOfLibrary("ntfy", plain.String())
	if err != nil {
		return nil, err
	}
	s, err := locate("ntfy", plain.String())
	if err != nil {
		return nil, err
	}
	cfg := s.(*ntfy.Service).Config
	// A message says what a code looks like. Read as an answer, it would be typed.
	if name == "" || strings.Trim(cfg.Topic, "/") == name || strings.ContainsAny(name, "/,?# ") {
		return nil, errors.New("the topic of answers is none, or that of the messages")
	}
	base, own := strings.TrimSuffix(cfg.GetAPIURL(), "/"), strings.Trim(cfg.Topic, "/")
	targets[0].Topic = &Topic{URL: strings.TrimSuffix(base, own) + name, User: u.User, Client: listener(cfg.DisableTLSVerification)}
	return targets, nil
}

// listener makes requests that are answered for as long as somebody listens. It follows no redirect, as sender.
func listener(anyCertificate bool) *http.Client {
	c := &http.Client{CheckRedirect: sender.CheckRedirect}
	if anyCertificate {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} // the URL says so
		c.Transport = t
	}
	return c
}

// Told is an error of a request as one of a few, none of which has a secret: the library's and net/http's tell addresses.
func Told(err error) error { return safe(err) }

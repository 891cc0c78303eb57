package notify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Target is where a message goes. Its URL, which is a secret, is nowhere to be seen in it.
type Target struct {
	Name string // of the service: ntfy, telegram, generic …

	Chat  *Chat  // where a person may answer a message by Telegram; nil elsewhere
	Topic *Topic // where a person may publish an answer by ntfy; nil elsewhere
	// Listens says that somebody listens there, so that messages tell of it.
	Listens bool

	// Send sends a message. It may return late, panic, and return an error that tells secrets; the
	// notifier sees to that.
	Send func(ctx context.Context, m Message) error
}

// sendSafely is Send whose error has no secret and which does not panic. A panic in a goroutine that the
// library itself started cannot be caught; none of its services does that.
func (t Target) sendSafely(ctx context.Context, m Message) (err error) {
	defer func() {
		if recover() != nil { // what it says may tell the URL
			err = errors.New("the library panicked")
		}
	}()
	return safe(t.Send(ctx, m))
}

// own are the services that the library does not have, or has without what a message of ours needs. Each makes the targets of a URL.
var own = map[string]func(u *url.URL) ([]Target, error){
	"telegram":   newTelegram,
	"ntfy":       newNtfy,
	"bark":       newBark,
	"dingtalk":   newDingTalk,
	"serverchan": newServerChan,
	"pushplus":   newPushPlus,
	"apprise":    newApprise,
	"apprises":   newApprise,
	"hook":       newHook,
}

// Services are the names that a URL may begin with, sorted.
func Services() []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(own)), maps.Keys(library))
	slices.Sort(names)
	return slices.Compact(names) // ntfy is ours by what it answers, and the library's by what it sends
}

// Targets understands a URL, without sending anything. Most name one target. Its error has nothing of the URL but the name of
// the service.
func Targets(raw string) (targets []Target, err error) {
	name := service(raw)
	if name == "" {
		return nil, unknown(raw)
	}
	if joined(raw) {
		return nil, fmt.Errorf("is for %s and has another URL after a comma; separate URLs by blanks or newlines", name)
	}
	defer func() {
		if recover() != nil || err != nil { // what either says may tell the URL
			targets, err = nil, fmt.Errorf("begins as one for %s, and the rest is not what %s wants", name, name)
		}
	}()
	u, err := url.Parse(raw)
	if err != nil {
		return nil, err
	}
	if make, ok := own[name]; ok {
		return make(u)
	}
	return newOfLibrary(name, raw)
}

// service is the name of the service that a URL begins with, empty if there is none of that name.
func service(raw string) string {
	name := scheme(raw)
	if _, ok := library[name]; ok {
		return name
	}
	if _, ok := own[name]; ok {
		return name
	}
	return ""
}

// scheme is what a URL begins with, without what follows a plus.
func scheme(raw string) string {
	before, _, ok := strings.Cut(raw, ":")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(strings.ToLower(before), "+")
	return name
}

// unknown is the error of a URL that begins with no service. A name that is none may be a secret, so only those that the library
// would know are told.
func unknown(raw string) error {
	if name := scheme(raw); name == "teams" || name == "zulip" {
		return fmt.Errorf("is for %s, which messages reach by way of apprise://", name)
	}
	return errors.New("does not begin with a service that is known, such as ntfy:// or telegram://")
}

// joined reports whether a comma is followed by a further URL. A comma alone may belong to a URL.
func joined(raw string) bool {
	for _, part := range strings.Split(raw, ",")[1:] {
		if scheme, _, ok := strings.Cut(part, "://"); ok && service(scheme+":") != "" {
			return true
		}
	}
	return false
}

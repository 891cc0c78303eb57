package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// Target is where a message goes. Its URL, which is a secret, is nowhere to be seen in it.
type Target struct {
	Name string // of the service: ntfy, telegram, generic …

	// Send sends a text. It may return late, panic, and return an error that tells secrets; the
	// notifier sees to that.
	Send func(ctx context.Context, text string) error
}

// sendSafely is Send whose error has no secret and which does not panic. A panic in a goroutine that the
// library itself started cannot be caught; none of its services does that.
func (t Target) sendSafely(ctx context.Context, text string) (err error) {
	defer func() {
		if recover() != nil { // what it says may tell the URL
			err = errors.New("the library panicked")
		}
	}()
	return safe(t.Send(ctx, text))
}

// Targets understands a URL in the form of shoutrrr, without sending anything. Most name one target. Its
// error has nothing of the URL but the name of the service.
func Targets(raw string) (targets []Target, err error) {
	name := service(raw)
	if name == "" {
		return nil, errors.New("does not begin with a service that shoutrrr knows, such as ntfy:// or telegram://")
	}
	if joined(raw) {
		return nil, fmt.Errorf("is for %s and has another URL after a comma; separate URLs by blanks or newlines", name)
	}
	defer func() {
		if recover() != nil || err != nil { // what either says may tell the URL
			targets, err = nil, fmt.Errorf("begins as one for %s, and the rest is not what shoutrrr wants there", name)
		}
	}()
	if name == "telegram" {
		return newTelegram(raw, telegramAPI)
	}
	if err := valid(name, raw); err != nil {
		return nil, err
	}
	return []Target{{name, func(_ context.Context, text string) error { return send(raw, text) }}}, nil
}

func valid(name, raw string) error {
	if name != "matrix" {
		_, err := new(router.ServiceRouter).Locate(raw)
		return err
	}
	// Matrix logs in while it is initialized, which must wait until a message is sent.
	u, err := url.Parse(raw)
	if err == nil && u.Host == "" {
		err = errors.New("no host")
	}
	return err
}

// send makes a service for each message: a service keeps what a send set, and two sends overlap
// if the first one hangs.
func send(raw, text string) error {
	s, err := new(router.ServiceRouter).Locate(raw)
	if err != nil {
		return err
	}
	return s.Send(text, &types.Params{})
}

// service is the name of the service that a URL begins with, empty if there is none of that name.
func service(raw string) string {
	scheme, _, ok := strings.Cut(raw, ":")
	name, _, _ := strings.Cut(strings.ToLower(scheme), "+")
	if ok && services[name] {
		return name
	}
	return ""
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

// services are those that the library knows. The one that only writes a log is for nobody.
var services = func() map[string]bool {
	known := map[string]bool{}
	for _, name := range new(router.ServiceRouter).ListServices() {
		known[name] = name != "logger"
	}
	return known
}()

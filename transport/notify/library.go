package notify

import (
	"context"
	"errors"
	"mime"
	"net/url"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/discord"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/googlechat"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/lark"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/matrix"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/mattermost"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/rocketchat"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/signal"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/slack"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/wecom"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/email/smtp"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/opsgenie"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/pagerduty"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/gotify"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/ifttt"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/join"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/ntfy"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/pushbullet"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/pushover"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/specialized/generic"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/specialized/notifiarr"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// fields are what a service of the library has a place for, beside the text, by the names of its own parameters.
type fields func(m Message) map[string]string

// libraryService is how a service of the library is made, and what it has a place for.
type libraryService struct {
	make   func() types.Service
	fields fields
}

// library are the services that are the library's. They are named one by one: its router brings all of them, and two of those (Teams,
// Zulip) compile so many patterns that they cost two thirds of what it costs at each start of the program.
var library = map[string]libraryService{
	"ntfy":       {func() types.Service { return &ntfy.Service{} }, ntfyFields},
	"gotify":     {func() types.Service { return &gotify.Service{} }, prioritized("2", "5", "8")},
	"pushover":   {func() types.Service { return &pushover.Service{} }, prioritized("-1", "0", "1")},
	"smtp":       {func() types.Service { return &smtp.Service{} }, subject},
	"lark":       {func() types.Service { return &lark.Service{} }, linked},
	"discord":    {func() types.Service { return &discord.Service{} }, titled},
	"slack":      {func() types.Service { return &slack.Service{} }, titled},
	"matrix":     {func() types.Service { return &matrix.Service{} }, titled},
	"mattermost": {func() types.Service { return &mattermost.Service{} }, titled},
	"pushbullet": {func() types.Service { return &pushbullet.Service{} }, titled},
	"join":       {func() types.Service { return &join.Service{} }, titled},
	"opsgenie":   {func() types.Service { return &opsgenie.Service{} }, titled},
	"ifttt":      {func() types.Service { return &ifttt.Service{} }, titled},
	"generic":    {func() types.Service { return &generic.Service{} }, titled},
	"googlechat": {func() types.Service { return &googlechat.Service{} }, nil},
	"hangouts":   {func() types.Service { return &googlechat.Service{} }, nil},
	"wecom":      {func() types.Service { return &wecom.Service{} }, nil},
	"rocketchat": {func() types.Service { return &rocketchat.Service{} }, nil},
	"signal":     {func() types.Service { return &signal.Service{} }, nil},
	"notifiarr":  {func() types.Service { return &notifiarr.Service{} }, nil},
	"pagerduty":  {func() types.Service { return &pagerduty.Service{} }, nil},
}

func titled(m Message) map[string]string { return map[string]string{"title": m.Title} }

func linked(m Message) map[string]string { return map[string]string{"title": m.Title, "link": m.Link} }

// subject is a title as mail wants it: its header is ASCII.
func subject(m Message) map[string]string {
	return map[string]string{"subject": mime.BEncoding.Encode("utf-8", m.Title)}
}

// prioritized is a title and the names of the service for the three urgencies.
func prioritized(quiet, normal, urgent string) fields {
	return func(m Message) map[string]string {
		return map[string]string{"title": m.Title, "priority": []string{quiet, normal, urgent}[m.Urgency]}
	}
}

// ntfyFields has a tap and a button, too. In ntfy's short form of a button, a comma and a semicolon would end the address.
func ntfyFields(m Message) map[string]string {
	out := prioritized("low", "default", "high")(m)
	if m.Link != "" {
		out["click"] = m.Link
	}
	if m.Link != "" && !strings.ContainsAny(m.Link, `,;"'`) {
		out["actions"] = "view, " + m.Opens + ", " + m.Link + ", clear=true"
	}
	return out
}

// newOfLibrary returns the target of a URL in the library's form.
func newOfLibrary(name, raw string) ([]Target, error) {
	if name == "matrix" {
		// Matrix logs in while it is initialized, which must wait until a message is sent.
		if u, err := url.Parse(raw); err != nil || u.Host == "" {
			return nil, errors.New("no host")
		}
	} else if _, err := locate(name, raw); err != nil {
		return nil, err
	}
	return []Target{{Name: name, Send: func(_ context.Context, m Message) error { return send(name, raw, m) }}}, nil
}

// locate makes a service, as the library's router does.
func locate(name, raw string) (types.Service, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, err
	}
	s := library[name].make()
	if !strings.EqualFold(u.Scheme, name) {
		custom, ok := s.(types.CustomURLService)
		if !ok {
			return nil, errors.New("it takes no address of its own kind")
		}
		if u, err = custom.GetConfigURLFromCustom(u); err != nil {
			return nil, err
		}
	}
	return s, s.Initialize(u, nil)
}

// send makes a service for each message: a service keeps what a send set, and two sends overlap
// if the first one hangs. What the URL itself says of a field stays.
func send(name, raw string, m Message) error {
	s, err := locate(name, raw)
	if err != nil {
		return err
	}
	params := types.Params{}
	if of := library[name].fields; of != nil {
		said := given(raw)
		for field, value := range of(m) {
			if value != "" && !said[field] {
				params[field] = value
			}
		}
	}
	return s.Send(m.Whole(), &params)
}

// given are the fields that a URL sets, in lower case.
func given(raw string) map[string]bool {
	out := map[string]bool{}
	if u, err := url.Parse(raw); err == nil {
		for field := range u.Query() {
			out[strings.ToLower(field)] = true
		}
	}
	if out["title"] {
		out["subject"] = true // mail knows both names
	}
	return out
}

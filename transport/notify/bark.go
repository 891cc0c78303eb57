package notify

import (
	"context"
	"errors"
	"net/url"

	"github.com/nicholas-fedor/shoutrrr/pkg/format"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/bark"
)

// barkPayload is what /push of a Bark server takes. The library's has no level, so that it only understands the URL here.
type barkPayload struct {
	Key   string `json:"device_key"`
	Title string `json:"title"`
	Body  string `json:"body"`
	Level string `json:"level"`
	Group string `json:"group"`
	URL   string `json:"url,omitempty"`
	Sound string `json:"sound,omitempty"`
	Icon  string `json:"icon,omitempty"`
	Copy  string `json:"copy,omitempty"`
	Badge int64  `json:"badge,omitempty"`
}

// barkLevels are Apple's interruption levels. A person who is needed is reached in a focus, too; none of it overrides silence.
var barkLevels = map[Urgency]string{Quiet: "passive", Normal: "active", Urgent: "timeSensitive"}

func newBark(u *url.URL) ([]Target, error) {
	level := u.Query().Get("level")
	if level != "" && level != "passive" && level != "active" && level != "timeSensitive" && level != "critical" {
		return nil, errors.New("no such level")
	}
	plain := *u
	q := plain.Query()
	q.Del("level") // which the library does not know
	plain.RawQuery = q.Encode()
	cfg := &bark.Config{}
	pkr := format.NewPropKeyResolver(cfg)
	if err := errors.Join(pkr.SetDefaultProps(cfg), cfg.SetURL(&plain)); err != nil {
		return nil, err
	}
	if cfg.DeviceKey == "" || cfg.Host == "" {
		return nil, errors.New("no device key")
	}
	return []Target{{Name: "bark", Send: func(ctx context.Context, m Message) error {
		p := barkPayload{
			Key: cfg.DeviceKey, Title: m.Title, Body: m.Unlinked(), Level: barkLevels[m.Urgency], Group: "FutuOpenD", URL: m.Link,
			Sound: cfg.Sound, Icon: cfg.Icon, Copy: cfg.Copy, Badge: cfg.Badge,
		}
		for field, said := range map[*string]string{&p.Title: cfg.Title, &p.Group: cfg.Group, &p.URL: cfg.URL, &p.Level: level} {
			if said != "" {
				*field = said
			}
		}
		answer, err := post(ctx, cfg.GetAPIURL("push"), p)
		if err != nil {
			return err
		}
		return answers(answer, "code", 200)
	}}}, nil
}

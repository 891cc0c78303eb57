package notify

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// serverChanTitle is how many characters of a title ServerChan takes.
const serverChanTitle = 32

// A key of ServerChan³ names the user, whose server takes it: https://doc.sc3.ft07.com/serverchan3/server/api. Any other is one of ServerChan Turbo.
var serverChan3 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^sctp(\d+)t`) })

var serverChanKey = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9]{8,128}$`) })

// newServerChan understands serverchan://SENDKEY, and an address of its own behind serverchan+https://.
func newServerChan(u *url.URL) ([]Target, error) {
	key := u.Host
	standard := "https://sctapi.ftqq.com/" + key + ".send"
	if user := serverChan3().FindStringSubmatch(key); user != nil {
		standard = "https://" + user[1] + ".push.ft07.com/send/" + key + ".send"
	}
	to, err := address(u, standard)
	if err := errors.Join(err, only(u.Query())); err != nil {
		return nil, err
	}
	if strings.Contains(u.Scheme, "+") {
		if !strings.HasSuffix(to.Path, ".send") {
			return nil, errors.New("no address that ends in .send")
		}
	} else if !serverChanKey().MatchString(key) {
		return nil, errors.New("no key")
	}
	return []Target{{Name: "serverchan", Send: func(ctx context.Context, m Message) error {
		title := []rune(m.Title)
		answer, err := post(ctx, to.String(), map[string]string{"title": string(title[:min(len(title), serverChanTitle)]), "desp": paragraphs(m.Whole())})
		if err != nil {
			return err
		}
		return answers(answer, "code", 0)
	}}}, nil
}

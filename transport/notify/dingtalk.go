package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// dingTalkAPI takes the messages of a group's robot, by https://open.dingtalk.com/document/robots/custom-robot-access.
const dingTalkAPI = "https://oapi.dingtalk.com/robot/send"

// newDingTalk understands dingtalk://TOKEN?secret=SEC… and the robot's own address behind dingtalk+https://.
func newDingTalk(u *url.URL) ([]Target, error) {
	q := u.Query()
	to, err := address(u, dingTalkAPI)
	token := q.Get("access_token")
	if !strings.Contains(u.Scheme, "+") {
		token = u.Host
	}
	if err := errors.Join(err, only(q, "access_token", "secret")); err != nil {
		return nil, err
	}
	if token == "" {
		return nil, errors.New("no token")
	}
	secret := q.Get("secret")
	return []Target{{Name: "dingtalk", Send: func(ctx context.Context, m Message) error {
		answer, err := post(ctx, dingTalkAddress(*to, token, secret, time.Now()), dingTalkMessage(m))
		if err != nil {
			return err
		}
		return answers(answer, "errcode", 0)
	}}}, nil
}

// dingTalkAddress is the robot's address, signed if it wants that: over the time, which may be an hour off, and the secret.
func dingTalkAddress(to url.URL, token, secret string, now time.Time) string {
	q := url.Values{"access_token": {token}}
	if secret != "" {
		at := strconv.FormatInt(now.UnixMilli(), 10)
		sum := hmac.New(sha256.New, []byte(secret))
		sum.Write([]byte(at + "\n" + secret))
		q.Set("timestamp", at)
		q.Set("sign", base64.StdEncoding.EncodeToString(sum.Sum(nil)))
	}
	to.RawQuery = q.Encode()
	return to.String()
}

// dingTalkMessage is a card with a button, or a text where there is nothing to open. Both name FutuOpenD, for robots that want a keyword.
func dingTalkMessage(m Message) any {
	if m.Link == "" {
		return map[string]any{"msgtype": "text", "text": map[string]string{"content": m.Title + "\n" + m.Whole()}}
	}
	return map[string]any{"msgtype": "actionCard", "actionCard": map[string]string{
		"title": m.Title, "text": "### " + m.Title + "\n\n" + paragraphs(m.Text), "singleTitle": m.Opens, "singleURL": m.Link,
	}}
}

// paragraphs is a text for what reads Markdown, where a line alone does not end one.
func paragraphs(text string) string { return strings.ReplaceAll(text, "\n", "\n\n") }

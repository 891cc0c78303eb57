package console

import (
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Means is the event that words of the daemon's API mean: it refuses a connection in the phrases of its console, which may stand there
// with or without "login failed" before them. now is when they came. The kind is empty if no rule knows them.
//
// The API is known to say 登录密码被修改,已退出登录 and 需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试; which other phrases reach
// it is not known, so all are read.
func Means(words string, now time.Time) fsm.Event {
	reason, failed := failure(words)
	if !failed {
		reason = words
	}
	e, _, _ := match(words)
	switch class, known := classify(reason); {
	case e.Kind == fsm.CodeWanted, e.Kind == fsm.CaptchaWanted: // why it was not sent is no reason against the login
	case known && class != fsm.LoginFailed:
		e = fsm.Event{Kind: class, Detail: reason}
	case failed:
		e = fsm.Event{Kind: fsm.LoginFailed, Detail: reason}
	}
	e.Detail = cut(e.Detail, maxDetail)
	e.Until = until(e, now)
	return e
}

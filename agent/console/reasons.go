package console

import (
	"regexp"
	"strings"
	"sync"

	"github.com/ostai/futuopend-gateway/fsm"
)

// reason says which class of failure a text of the broker's server means. It is looked for anywhere in
// the reason that the daemon gives, lower-cased (ASCII only), after the daemon's own phrases.
type reason struct {
	kind fsm.Kind
	text string
}

// reasons is every reason that is publicly known. The first that fits decides, so a
// lock comes before the wrong password that led to it.
var reasons = []reason{
	{fsm.AccountLocked, `请于今日 *\d{1,2}[:：]\d{2} *后重试`}, // the time at which the lock ends
	{fsm.AccountLocked, `登录出错已达上限`},
	{fsm.PasswordWrong, `密码不匹配`},
	{fsm.PasswordWrong, `password does not match`},
	{fsm.PasswordWrong, `(?:the login )?password you .*don['’]t match`}, // Futu 10.6
	{fsm.PasswordWrong, `\d+ chances? remained`},                        // 9.4.5418
	{fsm.BrandWrong, `the account may be a moomoo id`},
	{fsm.AccountUnfit, `请先完成券商开户`},
	{fsm.AccountUnfit, `账号错误`},
	{fsm.RegionRefused, `openapi is available for users with accounts at`},
	{fsm.VersionRefused, `(?:您的)?版本过低`},
	{fsm.VersionRefused, `app version too low`},
	{fsm.AgreementMissing, `未同意免責聲明`},
	{fsm.AgreementMissing, `questionnaire evaluation and agreement confirmation`},
	{fsm.Throttled, `短信请求过于频繁`},
	{fsm.NetworkFailed, `网络超时`},
	{fsm.NetworkFailed, `网络异常`},
}

// failure takes a line apart that says that the login failed and why. How the two are joined differs.
func failure(text string) (reason string, ok bool) {
	for _, begins := range [2]string{"登录失败", "login failed"} {
		if !hasPrefixFold(text, begins) {
			continue
		}
		after := text[len(begins):]
		reason = strings.TrimLeft(after, " ,，:：")
		if reason == "" || reason == after {
			return "", false
		}
		if strings.TrimLeft(after, " ") == reason {
			_, known, at := place(reason)
			return reason, known && at == 0 // joined by a blank alone, so it may be any text
		}
		return reason, true
	}
	return "", false
}

// compiledReasons are compiled when a login first fails.
var compiledReasons = sync.OnceValue(func() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, r := range reasons {
		out = append(out, regexp.MustCompile(r.text))
	}
	return out
})

// classify returns the class of a reason: a phrase, or a text of the broker's server. A reason that nobody knows is
// a [fsm.LoginFailed] that keeps its text.
func classify(reason string) (kind fsm.Kind, known bool) {
	kind, known, _ = place(reason)
	return kind, known
}

// place is classify, and says where in the reason what is known begins.
func place(reason string) (kind fsm.Kind, known bool, at int) {
	var h hits
	weak := false
	if h.read(reason, 0) {
		if kind := h.best().phrase.fails(); kind != "" && kind != fsm.LoginFailed {
			return kind, true, 0
		} else if kind != "" {
			weak = true
		}
	}
	low := lower(reason)
	for i, re := range compiledReasons() {
		if found := re.FindStringIndex(low); found != nil {
			return reasons[i].kind, true, found[0]
		}
	}
	return fsm.LoginFailed, weak, 0
}

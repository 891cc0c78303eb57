package notify

import (
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/page"
)

// words are what messages are made of, in one language.
type words struct {
	state  map[fsm.State]string
	why    map[fsm.Kind]string // put before the state, where the way to it matters
	class  map[fsm.Kind]string // why it is halted
	advice func(fsm.Kind) string

	said, never, again, account, link, ticket, test string
}

// wordsIn returns the words in the daemon's language, which is chs or en.
func wordsIn(lang string) words {
	if lang == "en" {
		return english
	}
	return chinese
}

var english = words{
	state: map[fsm.State]string{
		fsm.AwaitingCode:     "FutuOpenD waits for an SMS code.",
		fsm.AwaitingCaptcha:  "FutuOpenD waits for the characters of a picture.",
		fsm.AwaitingPassword: "FutuOpenD waits for the login password.",
		fsm.Halted:           "FutuOpenD is halted: ",
		fsm.Connected:        "FutuOpenD is logged in again; nothing needs to be done.",
	},
	why: map[fsm.Kind]string{
		fsm.CodeRejected:    "The code was wrong. ",
		fsm.CodeTimeout:     "Nothing came of the code. ",
		fsm.CaptchaRejected: "The characters were wrong. ",
		fsm.CaptchaTimeout:  "Nothing came of the characters. ",
	},
	class: map[fsm.Kind]string{
		fsm.PasswordWrong:    "the password is wrong.",
		fsm.AccountLocked:    "the account is locked after too many wrong passwords.",
		fsm.VersionRefused:   "the broker refuses this version.",
		fsm.AgreementMissing: "a questionnaire or an agreement is not signed.",
		fsm.BrandWrong:       "a moomoo account cannot use Futu's daemon.",
		fsm.AccountUnfit:     "there is no such account, or it is not opened with the broker.",
		fsm.RegionRefused:    "the API is not offered to this account's region.",
		fsm.PasswordNewer:    "the login password was changed.",
		fsm.BudgetSpent:      "one more start is not safe yet.",
		fsm.StillHalted:      "what halted it earlier still holds.",
	},
	advice: func(k fsm.Kind) string {
		if a := k.Advice(); a != "" {
			return "What to do: " + a + "."
		}
		return ""
	},
	said:    "Reason: ",
	never:   "It is not started again by itself.",
	again:   "It is started again by itself at ",
	account: "Account: ",
	link:    "Open: ",
	ticket:  "Open, once and within 15 minutes: ",
	test:    "This is a test message of futuopend-gateway. When FutuOpenD needs a person, a message comes here.",
}

var chinese = words{
	state: map[fsm.State]string{
		fsm.AwaitingCode:     "FutuOpenD 正在等待短信验证码。",
		fsm.AwaitingCaptcha:  "FutuOpenD 正在等待图形验证码。",
		fsm.AwaitingPassword: "FutuOpenD 正在等待登录密码。",
		fsm.Halted:           "FutuOpenD 已停住：",
		fsm.Connected:        "FutuOpenD 已重新登录，无需操作。",
	},
	why: map[fsm.Kind]string{
		fsm.CodeRejected:    "验证码错误。",
		fsm.CodeTimeout:     "验证码提交后没有结果。",
		fsm.CaptchaRejected: "图形验证码错误。",
		fsm.CaptchaTimeout:  "图形验证码提交后没有结果。",
	},
	class: map[fsm.Kind]string{
		fsm.PasswordWrong:    "密码错误。",
		fsm.AccountLocked:    "密码错误次数过多，账号被锁。",
		fsm.VersionRefused:   "券商拒绝这个版本。",
		fsm.AgreementMissing: "问卷或协议没有签署。",
		fsm.BrandWrong:       "moomoo 账号不能用富途的守护进程。",
		fsm.AccountUnfit:     "没有这个账号，或还没有在券商开户。",
		fsm.RegionRefused:    "这个地区的账号不能使用 API。",
		fsm.PasswordNewer:    "登录密码已被修改。",
		fsm.BudgetSpent:      "现在再启动一次不安全。",
		fsm.StillHalted:      "之前停住的原因仍然存在。",
	},
	advice: func(k fsm.Kind) string {
		if k.Advice() == "" {
			return ""
		}
		return "怎么办：" + page.Text("zh", "advice."+string(k)) // fsm's sentence, in the page's words
	},
	said:    "原因：",
	never:   "不会自动再启动。",
	again:   "自动再启动的时间：",
	account: "账号：",
	link:    "打开：",
	ticket:  "打开（15 分钟内有效，只能用一次）：",
	test:    "这是 futuopend-gateway 的测试消息。FutuOpenD 需要人处理时，消息会发到这里。",
}

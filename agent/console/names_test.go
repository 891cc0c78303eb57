package console

import (
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Phrases that begin with a name, and echoes, which begin with a command.

func TestATextOfTheDaemonsTableInAnEchoMeansNothing(t *testing.T) {
	for _, s := range table(t) {
		for _, command := range commands {
			for _, typed := range []string{command + " ", ">>>" + command + " -cmd=", strings.ToUpper(command) + " -x ", "登录失败\n" + command + " "} {
				lines := parse(typed + s.Line + "\n")
				if got := lines[len(lines)-1]; got.Event.Kind != "" || !got.Echo {
					t.Errorf("%q: got %q", got.Text, got.Event.Kind)
				}
			}
		}
		if got := one(t, "登录失败 的原因可能是"+s.Line).Kind; got != "" {
			t.Errorf("%q after a failed login and a blank: got %q", s.Line, got)
		}
	}
	for _, reason := range []string{"密码不匹配", "版本过低", "网络超时", "9 chances remained", "password does not match"} {
		for _, line := range []string{"登录失败 的原因可能是" + reason, "Login failed messages like " + reason, "登录失败\nhelp -cmd=" + reason} {
			lines := parse(line + "\n")
			if got := lines[len(lines)-1]; got.Event.Kind != "" {
				t.Errorf("%q: got %q", line, got.Event.Kind)
			}
		}
		if got := one(t, "登录失败 "+reason).Kind; got == "" || got == fsm.LoginFailed {
			t.Errorf("%q after a failed login and a blank: got %q", reason, got)
		}
	}
}

// begins holds phrases that begin with a name to it: the detail of each line is its name, and the others mean nothing.
func begins(t *testing.T, kind fsm.Kind, names map[string]string, others ...string) {
	t.Helper()
	for line, name := range names {
		if got := one(t, line); got.Kind != kind || got.Detail != name {
			t.Errorf("%q: got %q %q", line, got.Kind, got.Detail)
		}
	}
	for _, line := range others {
		if got := one(t, line); got.Kind != "" {
			t.Errorf("%q: got %q", line, got.Kind)
		}
	}
}

func TestACommandThatLacksSomethingIsNamedByTheWholeLine(t *testing.T) {
	begins(t, fsm.CommandShort, map[string]string{
		"relogin 缺少必要的参数": "relogin", "set_log_level缺少必要的参数": "set_log_level", "Relogin is missing necessary parameters": "Relogin", "缺少必要参数": "",
	}, "xrelogin 缺少必要的参数", "relogina 缺少必要的参数", "relogin2 缺少必要的参数", "relogin x 缺少必要的参数", "relogin relogin 缺少必要的参数",
		"the relogin is missing necessary parameters", "缺少必要的参数", "relogin: 缺少必要的参数")
}

func TestATradePasswordIsThatOfABroker(t *testing.T) {
	longest := "FUTU" + strings.Repeat("H", maxWord-4)
	begins(t, fsm.TradePassword, map[string]string{
		"FUTU HK 交易密码被修改": "FUTU HK", "moomoo US交易密码被修改": "moomoo US", "富途证券（香港） 交易密码被修改": "富途证券（香港）",
		"Moomoo SG Transaction password has been modified": "Moomoo SG", "交易密码被修改": "", longest + "交易密码被修改": longest,
	}, "若交易密码被修改", "the FUTU HK 交易密码被修改", "FUTU HK=交易密码被修改", longest+"H交易密码被修改")
}

func TestALineOfRightsIsOneMarketWithItsLevelAndAStatus(t *testing.T) {
	for line, want := range map[string]fsm.Kind{
		"港股：BMP，权限状态：正常":                  fsm.QuoteRight,
		"港股: BMP, 权限状态: 登录区域限制":           fsm.QuoteRightLimited,
		"港股: BMP, 权限状态: 权限被踢":             fsm.QuoteRightKicked,
		"港股: BMP, 权限状态: 登录成功":             "",
		"港股: BMP: x, 权限状态: 正常":            "",
		"港股: BMP：x, 权限状态: 正常":             "",
		"港股, BMP, 权限状态: 正常":               "",
		"2 港股: BMP, 权限状态: 正常":             "",
		"您可以通过如下命令一键更新: update, 权限状态: 正常": "", // a phrase, and not one market
	} {
		if got := one(t, line).Kind; got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

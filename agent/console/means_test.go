package console

import (
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestTheAPIsWordsMeanWhatTheyMeanOnTheConsole(t *testing.T) {
	for words, want := range map[string]fsm.Kind{
		"登录密码被修改,已退出登录":                               fsm.PasswordNewer,
		"Login password has been modified":            fsm.PasswordNewer,
		"Login password has been modified,Logged out": fsm.PasswordNewer,
		"已退出登录":                                       fsm.ForcedLogout,
		"Logged out":                                  fsm.ForcedLogout,
		"当前账号退出登录":                                    fsm.ForcedLogout,
		"强制退出":                                        fsm.ForcedLogout,
		"牛牛账号在别处登录":                                   fsm.KickedOut,
		"登录设备数超出上限，当前OpenD已退出":                        fsm.KickedOut,
		"您已被禁止登录此账号":                                  fsm.Banned,
		"需要重输入密码登录":                                   fsm.RememberedVoid,
		"需要手机验证码":                                     fsm.CodeWanted,
		"需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试": fsm.CodeWanted,
		"Need a phone verification code": fsm.CodeWanted,
		"需要图形验证码":                        fsm.CaptchaWanted,
		"正在登录":                           fsm.LoggingIn,
		"Logging in":                     fsm.LoggingIn,
		"登录失败,密码不匹配":                     fsm.PasswordWrong,
		"密码不匹配":                          fsm.PasswordWrong,
		"登录失败":                           fsm.LoginFailed,
		"登录失败,nobody knows this":         fsm.LoginFailed,
		"网络异常，请稍后再试":                     fsm.NetworkFailed,
		"网络中断":                           fsm.NetworkFailed,
		"登录次数过多,请等待 36 分钟":               fsm.Throttled,
		"您的 Futu OpenD 版本过旧，将不再提供支持，请升级": fsm.VersionRefused,

		"": "",
		"连接个数超过128，请关闭无用连接": "",
		"check sha error!": "",
		"the daemon closed the connection before it answered InitConnect: it is not ready": "",
		"the user asked for 已退出登录":                                                         "",
	} {
		if got := Means(words, time.Time{}); got.Kind != want {
			t.Errorf("%q means %q, want %q", words, got.Kind, want)
		}
	}
}

func TestTheAPIsWordsNameAWait(t *testing.T) {
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	if got, want := Means("登录次数过多,请等待 36 分钟", now).Until, now.Add(37*time.Minute); !got.Equal(want) {
		t.Errorf("until %v, want %v", got, want)
	}
}

package console

import "github.com/ostai/futuopend-gateway/fsm"

// loginPhrases tell how a login goes on, and what the account has.
var loginPhrases = []phrase{
	{kind: fsm.LoggedIn, loose: true, texts: []string{"登录成功", "login successful"}},
	{kind: fsm.DataReady, loose: true, texts: []string{"必要数据准备完毕", "the necessary data is ready", "required data is ready"}}, // the last since 10.x
	{kind: fsm.DataMissing, texts: []string{"缺少必要数据", "missing necessary data"}},

	{kind: fsm.TradePassword, texts: []string{"{broker}交易密码被修改", "{broker}transaction password has been modified", "交易密码被修改", "transaction password has been modified"}},
	{kind: fsm.DeviceLockIsOn, texts: []string{"启用设备锁", "enable device lock"}},

	// 2018 wrote 帐 for 账.
	{kind: fsm.LoginMethod, texts: []string{"登录方式: {rest}", "login method: {rest}"}},
	{kind: fsm.LoginMethod, whole: true, texts: []string{"记住密码登录", "remember login", "log in with remembered password", "账号密码登录", "account password login"}},
	{kind: fsm.LoggingIn, loose: true, texts: []string{"正在登录", "logging in"}},
	{kind: fsm.Account, loose: true, texts: []string{"登录账号: {some}", "登录帐号: {some}", "login account: {some}"}},
	{kind: fsm.Quota, texts: []string{"用户额度: {rest}", "user quota: {rest}", "OpenAPI用户等级: {rest}"}},

	// In a line of rights; alone they mean the same of no market.
	{kind: fsm.QuoteRightKicked, texts: []string{"权限被踢", "quote permission is kicked"}},
	{kind: fsm.QuoteRightLimited, texts: []string{
		"登录区域限制", "login area restrictions", "客户端主动请求低权限", "client actively requests low permission",
		"获取免费行情卡失败", "failed to get a free quotes card",
	}},
}

// answerPhrases are about codes, pictures and questions.
var answerPhrases = []phrase{
	{kind: fsm.CaptchaRejected, loose: true, texts: []string{"图形验证码错误", "failed to verify the graphic verification code last time"}},
	{kind: fsm.CodeRejected, loose: true, texts: []string{"手机验证码错误", "phone verification code error", "验证码错误", "上次验证手机验证码失败"}}, // the last in 1.x
	{kind: fsm.CodeVoid, texts: []string{
		"验证码失效或超过最大尝试次数,请重新获取", "the verification code is invalid or exceeds the maximum number of attempts, please request again",
	}},
	{kind: fsm.CodeSuperseded, texts: []string{
		"只有最后一次请求验证码生效,该请求已被覆盖", "only the last request verification code takes effect, the request has been overwritten",
	}},
	{kind: fsm.CaptchaVoid, texts: []string{"请重新请求图形验证码", "please request a graphic verification code again"}},
	{kind: fsm.AnswerUnusable, texts: []string{"缺少验证码", "missing the verification code", "无效验证码操作", "invalid verification code operation"}},

	// The SMS code. English until 10.0, and since 10.6.
	{kind: fsm.CodeSent, loose: true, texts: []string{
		"请求手机验证码成功", "request a phone verification code successfully", "SMS verification code requested successfully",
	}},
	{kind: fsm.CodeRequesting, loose: true, texts: []string{"正在请求手机验证码", "requesting a phone verification code"}},
	{kind: fsm.CodeVerifying, loose: true, texts: []string{"正在验证手机验证码", "verifying the phone verification code"}},
	{kind: fsm.CodeWanted, loose: true, texts: []string{"需要手机验证码", "need a phone verification code", "SMS verification code required"}},
	{kind: fsm.CodeNotSent, texts: []string{"请求手机验证码失败{why}", "failed to request a phone verification code{why}"}},
	{kind: fsm.CodeRequestHint, loose: true, texts: []string{"命令提示: req_phone_verify_code", "command tips: req_phone_verify_code"}},
	{kind: fsm.CodeInputHint, loose: true, texts: []string{"命令提示: input_phone_verify_code", "command tips: input_phone_verify_code"}},

	// The captcha. English until 9.4, and since 10.6.
	{kind: fsm.CaptchaWanted, loose: true, texts: []string{"需要图形验证码", "need a graphic verification code", "graphic verification code required"}},
	{kind: fsm.CaptchaRequesting, texts: []string{"正在请求图形验证码", "requesting a graphic verification code"}},
	{kind: fsm.CaptchaNotSent, texts: []string{"请求图形验证码失败{why}", "failed to request the graphic verification code{why}"}},
	{kind: fsm.CaptchaSaved, loose: true, texts: []string{
		"图形验证码已下载到{path}", "graphic verification code has been downloaded to{path}", "graphic verification code downloaded{path}",
	}},
	{kind: fsm.CaptchaVerifying, texts: []string{"正在验证图形验证码", "verifying the graphic verification code"}},
	{kind: fsm.CaptchaHint, loose: true, texts: []string{
		"命令提示: input_pic_verify_code", "command tips: input_pic_verify_code", "命令提示: req_pic_verify_code", "command tips: req_pic_verify_code",
	}},

	// Questions on the terminal, since 10.10.
	{kind: fsm.AccountPrompt, prompt: true, texts: []string{"请输入账号", "请输入帐号", "please enter account"}},
	{kind: fsm.PasswordPrompt, prompt: true, texts: []string{"请输入密码", "please enter password"}},
	{kind: fsm.RememberPrompt, prompt: true, texts: []string{"remember the password"}},
}

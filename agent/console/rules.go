package console

import "github.com/ostai/futuopend-gateway/fsm"

// rule says what one wording of the daemon means.
//
// The text is a regular expression for the beginning of a line that was lower-cased (ASCII
// only), without prompt and blanks. What follows it may only be punctuation and beyond,
// so "login successful" is not found in "login successful rate". One group at most
// is the detail. «opend» stands for either brand's name.
type rule struct {
	kind fsm.Kind
	text string
	// has names a word that the line must contain, for texts that begin with anything.
	has string
	// prompt: the line may never end, so it counts as soon as its beginning is there. What
	// follows on the line is the answer being echoed, and is dropped.
	prompt bool
}

// rules is every wording that is publicly known, in both languages and all generations.
// Sources: captured output, scripts that run against the real daemon, the official manual.
// Order: failure before success before what is wanted. No line fits two of them; a test holds that.
var rules = []rule{
	// The end. English since 8.x, and since 10.x.
	{kind: fsm.Exiting, text: `«opend»已退出`},
	{kind: fsm.Exiting, text: `«opend» exited`},
	{kind: fsm.Exiting, text: `«opend» has exited`},

	// A failed login with a reason is taken apart by reasons.go. Without one:
	{kind: fsm.LoginFailed, text: `登录失败`},
	{kind: fsm.LoginFailed, text: `login failed`},
	{kind: fsm.AccountUnfit, text: `账号错误`},
	{kind: fsm.AgreementMissing, text: `(未同意免責聲明.*)`},
	{kind: fsm.AgreementMissing, text: `(in order to meet regulatory requirements, api users need to conduct relevant questionnaire evaluation.*)`},

	// Wrong answers. The English wordings are not known.
	{kind: fsm.CaptchaRejected, text: `图形验证码错误`},
	{kind: fsm.CodeRejected, text: `验证码错误`},
	{kind: fsm.CodeNotSent, text: `请求手机验证码失败(?:[,，] *(.+))?`},

	// Other failures.
	{kind: fsm.BadParameter, text: `指定参数(.+)错误`},
	{kind: fsm.UnknownCommand, text: `未知命令`},
	{kind: fsm.AppDirFailed, text: `fail to create app dir[:：] *(.+)`},
	{kind: fsm.Crashed, text: `(terminate called after throwing an instance of .+)`},
	{kind: fsm.Crashed, text: `(what(?:\(\))?: .+)`},

	// Success.
	{kind: fsm.LoggedIn, text: `登录成功`},
	{kind: fsm.LoggedIn, text: `login successful`},
	{kind: fsm.DataReady, text: `必要数据准备完毕`},
	{kind: fsm.DataReady, text: `required data is ready`},

	// The SMS code. English until 10.0, and since 10.6.
	{kind: fsm.CodeSent, text: `请求手机验证码成功`},
	{kind: fsm.CodeSent, text: `request a phone verification code successfully`},
	{kind: fsm.CodeSent, text: `sms verification code requested successfully`},
	{kind: fsm.CodeRequesting, text: `正在请求手机验证码`},
	{kind: fsm.CodeRequesting, text: `requesting a phone verification code`},
	{kind: fsm.CodeVerifying, text: `正在验证手机验证码`},
	{kind: fsm.CodeWanted, text: `需要手机验证码`},
	{kind: fsm.CodeWanted, text: `need a phone verification code`},
	{kind: fsm.CodeWanted, text: `sms verification code required`},
	{kind: fsm.CodeRequestHint, text: `命令提示[:：] *req_phone_verify_code`},
	{kind: fsm.CodeRequestHint, text: `command tips[:：] *req_phone_verify_code`},
	{kind: fsm.CodeInputHint, text: `命令提示[:：] *input_phone_verify_code`},
	{kind: fsm.CodeInputHint, text: `command tips[:：] *input_phone_verify_code`},

	// The captcha. English until 9.4, and since 10.6.
	{kind: fsm.CaptchaWanted, text: `需要图形验证码`},
	{kind: fsm.CaptchaWanted, text: `need a graphic verification code`},
	{kind: fsm.CaptchaWanted, text: `graphic verification code required`},
	{kind: fsm.CaptchaSaved, text: `graphic verification code downloaded`},
	{kind: fsm.CaptchaHint, text: `命令提示[:：] *input_pic_verify_code`},
	{kind: fsm.CaptchaHint, text: `command tips[:：] *input_pic_verify_code`},

	// Questions on the terminal, since 10.10.
	{kind: fsm.AccountPrompt, text: `请输入[账帐]号`, prompt: true},
	{kind: fsm.AccountPrompt, text: `please enter account`, prompt: true},
	{kind: fsm.PasswordPrompt, text: `请输入密码`, prompt: true},
	{kind: fsm.PasswordPrompt, text: `please enter password`, prompt: true},
	{kind: fsm.RememberPrompt, text: `remember the password`, prompt: true},

	// The login. 2018 wrote 帐 for 账.
	{kind: fsm.LoginMethod, text: `登录方式[:：] *(.+)`},
	{kind: fsm.LoginMethod, text: `login method[:：] *(.+)`},
	{kind: fsm.LoggingIn, text: `正在登录`},
	{kind: fsm.LoggingIn, text: `logging in`},
	{kind: fsm.Connection, text: `(行情连接[:：] *.+)`},
	{kind: fsm.Connection, text: `(交易连接\d*[:：] *.+)`},
	{kind: fsm.Connection, text: `(主连接[:：] *.+)`},
	{kind: fsm.Account, text: `登录[账帐]号[:：] *.+`},
	{kind: fsm.Account, text: `login account[:：] *.+`},
	{kind: fsm.Quota, text: `用户额度[:：] *(.+)`},
	{kind: fsm.Quota, text: `user quota[:：] *(.+)`},
	{kind: fsm.Quota, text: `openapi用户等级[:：] *(.+)`},
	{kind: fsm.QuoteRight, text: `(.+)[,，] *权限状态[:：] *正常`, has: "权限状态"},
	{kind: fsm.QuoteRight, text: `(.+)[,，] *permission status[:：] *normal`, has: "permission status"},
	{kind: fsm.QuoteRightKicked, text: `(.+)[,，] *权限状态[:：] *权限被踢`, has: "权限被踢"},

	// The start.
	{kind: fsm.Version, text: `«opend»版本信息[:：] *([\d.]+(?:\(\d+\))?)`},
	{kind: fsm.Version, text: `«opend» version[:：] *([\d.]+(?:\(\d+\))?)`},
	{kind: fsm.Version, text: `«opend» version info[:：] *([\d.]+(?:\(\d+\))?)`},
	{kind: fsm.StartTime, text: `启动时间[:：] *(.+)`},
	{kind: fsm.StartTime, text: `start time[:：] *(.+)`},
	{kind: fsm.Running, text: `«opend»运行中`},
	{kind: fsm.Running, text: `«opend» is running`},
	{kind: fsm.ConfigLoaded, text: `加载配置文件成功`},
	{kind: fsm.ConfigLoaded, text: `load configuration file successfully`},
	{kind: fsm.ConfigLoaded, text: `configuration file loaded successfully`},
	{kind: fsm.ServerStarted, text: `服务器启动`},
	{kind: fsm.ServerStarted, text: `server startup`},
	{kind: fsm.ServerStarted, text: `server started`},
	{kind: fsm.APIListening, text: `api监听地址[:：] *(.+)`},
	{kind: fsm.APIListening, text: `api listening address[:：] *(.+)`},
	{kind: fsm.TelnetListening, text: `telnet监听地址[:：] *(.+)`},
	{kind: fsm.WebSocketListening, text: `websocket监听地址[:：] *(.+)`},
	{kind: fsm.RSA, text: `api启用rsa[:：] *(.+)`},
	{kind: fsm.RSA, text: `api rsa enabled?[:：] *(.+)`},
}

package console

import "github.com/ostai/futuopend-gateway/fsm"

// failurePhrases end a login, or say why it fails.
var failurePhrases = []phrase{
	{kind: fsm.Exiting, loose: true, texts: []string{"«opend»已退出", "«opend» exited", "«opend» has exited"}}, // English since 8.x, and since 10.x
	{kind: fsm.Crashed, whole: true, texts: []string{"terminate called after throwing an instance of {rest}", "what(): {rest}", "what: {rest}"}},

	// What decides beside other phrases stands first.
	{kind: fsm.PasswordNewer, texts: []string{"登录密码被修改", "login password has been modified"}},
	{kind: fsm.KickedOut, texts: []string{"牛牛账号在别处登录", "the account has logined elsewhere"}}, // until 2024-09
	{kind: fsm.KickedOut, texts: []string{"登录设备数超出上限,当前OpenD已退出", "the number of login devices has exceeded the limit, OpenD is currently logged out"}},
	{kind: fsm.Banned, texts: []string{"您已被禁止登录此账号", "the account is forbidden to log in"}},
	{kind: fsm.LoggedInLocally, texts: []string{"用户已在本机登录", "the user has logged in locally"}},
	{kind: fsm.RememberedVoid, texts: []string{"找不到记住密码信息,请使用账号密码登录", "unable to find password information, please login with your account password"}},
	{kind: fsm.RememberedVoid, texts: []string{"需要重输入密码登录", "need to re-enter password to login"}},
	{kind: fsm.PhoneUnbound, texts: []string{"需要绑定手机号", "need to bind the phone number"}},
	{kind: fsm.AccountUnbound, texts: []string{"第三方账号未绑定牛牛号", "the third-party account is not bound"}},
	{kind: fsm.AccountUnfit, loose: true, texts: []string{"账号错误"}},
	{kind: fsm.LoginMissing, texts: []string{"参数不齐全", "账号密码不齐全", "some parameters are missing", "account and password are missing"}},
	{kind: fsm.MD5Malformed, texts: []string{"MD5格式错误", "MD5 format error"}},

	{kind: fsm.VersionRefused, texts: []string{"客户端版本过低", "client version is too old"}},
	// It may be a warning only: the daemon goes on, or says that the login failed.
	{kind: fsm.VersionOld, failed: fsm.VersionRefused, texts: []string{
		"您的 «opend» 版本过旧,将不再提供支持,请升级", "your «opend» version is too old and no longer supported. please upgrade",
		"您的 «opend» 版本过旧,将不再提供支持,请升级到{rest}", "your «opend» version is too old and no longer supported. please upgrade to {rest}",
	}},
	{kind: fsm.AgreementMissing, whole: true, loose: true, texts: []string{
		"为满足监管要求,API 用户需进行相关问卷评估及协议确认{why}", "未同意免責聲明{why}",
		"in order to meet regulatory requirements, API users need to conduct relevant questionnaire evaluation {rest}",
	}},
	{kind: fsm.TradeAgreement, failed: fsm.AgreementMissing, whole: true, texts: []string{
		"当前证券业务账户尚未同意免责协议{why}", "the current securities account has not yet agreed to the disclaimer{why}",
	}},

	// The broker's limits. 503 and 504 are the answer to a command too, so alone they end no login.
	{kind: fsm.Throttled, texts: []string{"登录次数过多", "login too many times"}},
	{kind: fsm.TooFrequent, failed: fsm.Throttled, whole: true, texts: []string{
		"请等待 {min} 分钟", "please wait {min} minutes",
		"请求过于频繁,请 {sec} 秒后再尝试", "request too frequently. please try it {sec} seconds later",
		"请求过于频繁,请 {min} 分钟后再尝试", "request too frequently. please try it {min} minutes later",
	}},

	// The network. Some of these are told of a session too, which the daemon mends by itself.
	{kind: fsm.NetworkFailed, quotes: fsm.NetworkTrouble, trade: fsm.NetworkTrouble, texts: []string{"登录超时", "login timeout", "登录接口调用失败", "login interface call failed", "登录异常,请重新启动", "login abnormal, please restart"}},
	{kind: fsm.NetworkFailed, texts: []string{
		"问卷评估与协议拉取失败,请检查网络环境并重新登录。如仍未解决,建议联系客服协助",
		"failed in pulling API questionnaire evaluation and agreement confirmation. please check the network environment and relogin. " +
			"if it is still not solved, it is recommended to contact customer service for assistance",
	}},
	{kind: fsm.NetworkTrouble, failed: fsm.NetworkFailed, texts: []string{
		"网络异常,请稍后再试", "network anomaly, please try again later", "缺少必要网络配置信息", "missing necessary network configuration information",
	}},
	{kind: fsm.ForcedLogout, texts: []string{"强制退出", "force to logout", "已退出登录", "logged out", "当前账号退出登录", "current account logout"}},

	// The start.
	{kind: fsm.ServerFailed, whole: true, texts: []string{"服务器启动失败{why}", "server failed to run{why}"}},
	{kind: fsm.ConfigFailed, texts: []string{"加载本地配置失败", "failed to load local configuration"}},
	{kind: fsm.AppDataMissing, texts: []string{"程序自带数据不存在", "program data does not exist"}},
	{kind: fsm.AppDirFailed, texts: []string{"fail to create app dir: {rest}"}},

	// Without a reason; one that follows is taken apart by reasons.go.
	{kind: fsm.LoginFailed, loose: true, texts: []string{"登录失败", "login failed"}},
}

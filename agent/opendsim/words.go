package opendsim

import (
	"strings"
)

// words is the wording of one generation in one language. What stands in braces is filled in when it is printed. An
// empty string is a text that nobody has recorded: nothing is printed for it.
type words struct {
	start   []string // until it is ready to log in
	welcome []string // once it has logged in
	rights  []string // the quote rights, a part of the welcome that may be printed again
	ready   []string // what ends the welcome

	yes, no    string
	method     string
	remembered string // the method, with a remembered password
	loggingIn  string

	askAccount, askPassword, askRemember string

	needSMS, requestHint, inputHint  string
	requesting, sent, tooOften       string
	verifying, wrongCode             string
	connectNeedsSMS                  string // to a client of the API
	needPicture, saved, pictureHint  string
	wrongPicture                     string
	kicked                           string
	failed, failedBare, exited       string // a reason follows the first
	badPassword, agreement           string
	network, locked, version, region string
	otherBrand, noAccount            string
}

// wording finds the words of a generation in a language.
func wording(g generation, lang string) words {
	switch {
	case g.name == "2018":
		return chinese2018()
	case lang != "en":
		return chinese()
	case g.name == "9":
		return english9()
	}
	return english10()
}

// serverGiven are reasons that are known in one language only. They come from the server as they are, so both
// languages print them.
func serverGiven() words {
	return words{
		network: "网络异常，请稍后再试",
		locked:  "登录出错已达上限，请于今日 {unlock} 后重试",
		region:  "OpenAPI is available for users with accounts at FUTU HK, Moomoo US, Moomoo SG, and Moomoo AU.",
		otherBrand: "The account may be a moomoo ID. Before logging in, please re-download and install FutuOpenD " +
			"via the moomoo official website.",
	}
}

// chinese is the wording from 5.x to 10.x; the Chinese texts did not change in that time.
func chinese() words {
	w := serverGiven()
	w.start = []string{
		"{product}版本信息: {version}",
		"启动时间: {time}",
		"{product}运行中",
		"加载配置文件成功",
		"服务器启动",
		"API监听地址: {api}",
		"Telnet监听地址: {telnet}",
		"API启用RSA: {rsa}",
	}
	w.yes, w.no = "是", "否"
	w.method, w.loggingIn = "登录方式: 账号密码登录", "正在登录"
	w.askAccount, w.askPassword = "请输入账号", "请输入密码"

	w.needSMS = "需要手机验证码"
	w.requestHint = "命令提示: req_phone_verify_code"
	w.inputHint = "命令提示: input_phone_verify_code -code=123456"
	w.requesting, w.sent = "正在请求手机验证码", "请求手机验证码成功"
	w.tooOften = "请求手机验证码失败,短信请求过于频繁，请稍后再试"
	w.connectNeedsSMS = "需要手机验证码,请求手机验证码失败,短信请求过于频繁，请稍后再试"
	w.verifying, w.wrongCode = "正在验证手机验证码", "验证码错误"
	w.needPicture, w.wrongPicture = "需要图形验证码", "图形验证码错误"

	w.failed, w.failedBare, w.exited = "登录失败,", "登录失败", "{product}已退出"
	w.badPassword, w.version = "密码不匹配", "您的版本过低，请您升级版本"
	w.noAccount, w.agreement = "请先完成券商开户或更新版本后使用", "未同意免責聲明"

	w.welcome = []string{
		"行情连接: Conn01-HK",
		"交易连接1: 43.132.107.102-HK",
		"登录账号: {account}",
		"登录成功",
		"用户额度: 订阅额度: 2000, 历史K线额度: 2000",
	}
	w.rights = rights("权限状态: 正常",
		"港股: BMP", "港股期权: LV1", "港股期货: LV1", "美股: 无权限", "美股期权: LV1",
		"美期 CME: 无权限", "美期 CBOT: 无权限", "美期 NYMEX: 无权限", "美期 COMEX: 无权限", "美期 CBOE: 无权限",
		"上证: 无权限", "深证: 无权限", "美股指数: 无权限", "美股OTC: 无权限", "新加坡期货: 无权限", "日本期货: 无权限")
	w.kicked = "港股: BMP, 权限状态: 权限被踢"
	w.ready = []string{"必要数据准备完毕", "WebSocket监听地址: {websocket}"}
	return w
}

// chinese2018 is the wording of 1.x and 2.x: no version, no hints, no blank after most colons.
func chinese2018() words {
	w := chinese()
	w.start = []string{
		"{product}运行中",
		"加载配置文件成功",
		"服务器启动",
		"API监听地址: {api}",
		"Telnet监听地址: {telnet}",
	}
	w.method = "登录方式:帐号密码登录"
	w.requestHint, w.inputHint = "", ""
	w.welcome = []string{
		"登录帐号:{account}",
		"主连接:香港接入点1 次连接:香港接入点2",
		"登录成功",
		"OpenAPI用户等级:二级用户",
	}
	w.rights = []string{
		"港股市场:Lv2,权限状态:正常",
		"美股市场:Lv1,权限状态:正常",
		"A股市场:Lv1,权限状态:正常",
	}
	w.kicked = "港股市场:Bmp,权限状态:权限被踢"
	w.ready = []string{"必要数据准备完毕"}
	return w
}

// rights writes a list in which every right has the same status.
func rights(status string, levels ...string) []string {
	list := make([]string, len(levels))
	for i, level := range levels {
		list[i] = level + ", " + status
	}
	return list
}

// fill puts values in the place of the braces of a line. A line that has a value to tell which is empty is not printed
// at all, so it comes back empty.
func fill(line string, values map[string]string) string {
	var filled strings.Builder
	for {
		before, after, found := strings.Cut(line, "{")
		filled.WriteString(before)
		if !found {
			return filled.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		if values[name] == "" {
			return ""
		}
		filled.WriteString(values[name])
		line = rest
	}
}

package opendsim

// What is printed once it has logged in, in 1.x and since. Of the English of 7 to 9 two lines are known.
var (
	firstWelcome = []text{
		said("登录帐号:{account}", ""),
		said("主连接:香港接入点1 次连接:香港接入点2", ""),
		said("登录成功", ""),
		said("OpenAPI用户等级:二级用户", ""),
	}
	welcome = []text{
		said("行情连接: Conn01-HK", ""),
		said("交易连接1: 43.132.107.102-HK", ""),
		said("登录账号: {account}", "Login Account: {account}"),
		said("登录成功", "Login successful"),
		said("用户额度: 订阅额度: 2000, 历史K线额度: 2000", "").
			then(since106, "", "User Quota: Subscription Quota: 300, Historical Candlestick Quota: 300"),
	}
	dataReady   = said("必要数据准备完毕", "The necessary data is ready").then(since106, "", "Required data is ready")
	dataMissing = said("缺少必要数据", "Missing necessary data")
)

// rightsTable is the list of quote rights in one language and time: each with its level, and between level and status
// what stands there.
type rightsTable struct {
	levels  []string
	between string
}

var (
	normal     = said("正常", "Normal")
	rightTaken = said("权限被踢", "Quote permission is kicked")
	// What else may stand in the place of the status.
	rightOfRegion = said("登录区域限制", "Login area restrictions")
	rightAsked    = said("客户端主动请求低权限", "Client actively requests low permission")
	rightCard     = said("获取免费行情卡失败", "Failed to get a free quotes card")
)

// rights finds the list. In the English of 7 to 9 its form is not known.
func (v voice) rights() rightsTable {
	switch {
	case v.isFirst():
		return rightsTable{levels: []string{"港股市场:Lv2", "美股市场:Lv1", "A股市场:Lv1"}, between: ",权限状态:"}
	case v.lang != "en":
		return rightsTable{between: ", 权限状态: ", levels: []string{
			"港股: BMP", "港股期权: LV1", "港股期货: LV1", "美股: 无权限", "美股期权: LV1",
			"美期 CME: 无权限", "美期 CBOT: 无权限", "美期 NYMEX: 无权限", "美期 COMEX: 无权限", "美期 CBOE: 无权限",
			"上证: 无权限", "深证: 无权限", "美股指数: 无权限", "美股OTC: 无权限", "新加坡期货: 无权限", "日本期货: 无权限"}}
	case v.build >= since106:
		return rightsTable{levels: []string{"US Stocks: LV3", "JPN Stocks: No permission"}, between: ", Permission Status: "}
	}
	return rightsTable{}
}

// lines writes the list in which each right has the same status.
func (t rightsTable) lines(status string) []string {
	list := make([]string, len(t.levels))
	for i, level := range t.levels {
		list[i] = level + t.between + status
	}
	return list
}

// first writes its first line alone, nothing if there is no list.
func (t rightsTable) first(status string) string {
	if len(t.levels) == 0 {
		return ""
	}
	level := t.levels[0]
	if level == "港股市场:Lv2" {
		level = "港股市场:Bmp" // what was left when the recorded one was taken
	}
	return level + t.between + status
}

// What happens to the session.
var (
	quoteConnection = said("行情连接", "Quote Connection")
	tradeConnection = said("交易连接", "Trade Connection")
	disconnected    = said("已断开", "Disconnect")
	reconnecting    = said("正在重连", "Reconnecting")
	reconnected     = said("重连成功", "Reconnect successfully")

	deviceLimit     = said("牛牛账号在别处登录", "The account has logined elsewhere").then(since202409, "登录设备数超出上限，当前OpenD已退出", "The number of login devices has exceeded the limit, OpenD is currently logged out")
	passwordChanged = said("登录密码被修改", "Login password has been modified")
	loggedOut       = said("已退出登录", "Logged out")
	accountLeft     = said("当前账号退出登录", "Current account logout")
	forcedOut       = said("强制退出", "Force to logout")
	tradePassword   = said("{broker} 交易密码被修改", "{broker} Transaction password has been modified")
	deviceLock      = said("启用设备锁", "Enable device lock")
)

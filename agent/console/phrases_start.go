package console

import "github.com/ostai/futuopend-gateway/fsm"

// linkPhrases are about the connections to the broker. Which one is meant is said beside them, or not at all.
var linkPhrases = []phrase{
	{kind: fsm.LinkLost, quotes: fsm.SessionLost, trade: fsm.TradeLost, whole: true, texts: []string{"已断开", "disconnect", "正在重连", "reconnecting"}},
	{kind: fsm.LinkBack, quotes: fsm.SessionBack, trade: fsm.TradeReady, whole: true, texts: []string{"重连成功", "reconnect successfully"}},
	{kind: fsm.NetworkTrouble, failed: fsm.NetworkFailed, texts: []string{"网络中断", "network interruption", "网络库内部异常", "internal exception of network library"}},
	{kind: fsm.Connection, whole: true, names: quoteLink, texts: []string{"行情连接{no}{why}", "quote connection{no}{why}"}},
	{kind: fsm.Connection, whole: true, names: tradeLink, texts: []string{"交易连接{no}{why}", "trade connection{no}{why}"}},
	{kind: fsm.Connection, whole: true, texts: []string{"主连接: {rest}"}}, // 2018, of both
}

// weakPhrases say nothing beside others.
var weakPhrases = []phrase{
	{kind: fsm.TryAgain, failed: fsm.LoginFailed, texts: []string{"请稍后重试", "please try again later", "请重试", "please try again"}},
	{kind: fsm.ErrorCode, texts: []string{"错误码{why}", "error code{why}"}},
	{kind: fsm.ProgramStatus, texts: []string{"ProgramStatusType_{rest}"}}, // of the daemon's log; the console is not known to say it
}

// startPhrases are about the process, its settings and its servers.
var startPhrases = []phrase{
	{kind: fsm.WebSocketFailed, texts: []string{
		"WebSocket服务启动失败{why}", "WebSocket server failed to run{why}", "WebSocket密钥密文格式错误", "wrong WebSocket key",
		"WebSocket监听地址格式错误", "wrong WebSocket address", "WebSocket端口重复", "WebSocket port duplicate",
	}},
	{kind: fsm.RSAFailed, texts: []string{
		"非法RSA私钥,请参考文档设置私钥", "invalid RSA private key, please refer to the document to set the private key",
		"RSA私钥文件不存在", "the RSA private key does not exist",
	}},
	{kind: fsm.BadParameter, loose: true, texts: []string{"指定参数{word}错误", "the parameter({word}) is incorrect"}},
	{kind: fsm.UnknownCommand, loose: true, texts: []string{"未知命令", "unknown command"}},
	{kind: fsm.CommandShort, texts: []string{"缺少必要参数", "missing necessary parameters", "{cmd} 缺少必要的参数", "{cmd} is missing necessary parameters"}},
	{kind: fsm.LogPathFailed, texts: []string{"configure log path {word}fail, real log path {rest}"}},
	{kind: fsm.VersionNewer, texts: []string{
		"发现新版本{why}", "found new version{why}", "新版本特性如下{why}", "what's new{why}",
		"您可以通过如下命令一键更新: update", "you can update it with the following command: update",
	}},
	{kind: fsm.Restarting, texts: []string{"正在重启...", "«opend» restarting..."}},
	{kind: fsm.OtherRunning, texts: []string{"有其他 «opend» 运行,请先关闭后再试", "there are other «opend» running, please close and try again"}},

	{kind: fsm.Version, loose: true, texts: []string{"«opend»版本信息: {version}", "«opend» version: {version}", "«opend» version info: {version}"}},
	{kind: fsm.StartTime, texts: []string{"启动时间: {rest}", "start time: {rest}"}},
	{kind: fsm.Running, loose: true, texts: []string{"«opend»运行中", "«opend» is running"}},
	{kind: fsm.NetConfigLoaded, texts: []string{"下载网络配置文件成功", "download network configuration file successfully"}},
	{kind: fsm.ConfigLoaded, loose: true, texts: []string{"加载配置文件成功", "load configuration file successfully", "configuration file loaded successfully"}},
	{kind: fsm.ServerStarted, loose: true, texts: []string{"服务器启动", "server startup", "server started"}},
	{kind: fsm.APIListening, texts: []string{"API监听地址: {rest}", "API listening address: {rest}"}},
	{kind: fsm.TelnetListening, texts: []string{"telnet监听地址: {rest}", "telnet listening address: {rest}"}},
	{kind: fsm.WebSocketListening, texts: []string{"WebSocket监听地址: {rest}", "WebSocketListening address: {rest}", "WebSocket listening address: {rest}"}},
	{kind: fsm.RSA, texts: []string{"API启用RSA: {rest}", "API RSA enable: {rest}", "API RSA enabled: {rest}"}},
}

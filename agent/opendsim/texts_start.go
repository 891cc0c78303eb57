package opendsim

// What is printed until the daemon is ready to log in.
var startLines = []text{
	saidSince(since7, "{product}版本信息: {version}", "{product} version: {version}").
		then(since106, "", "{product} version info: {version}"),
	saidSince(since7, "启动时间: {time}", "Start Time: {time}"),
	said("{product}运行中", "{product} is running"),
	said("加载配置文件成功", "Load configuration file successfully").then(since106, "", "Configuration file loaded successfully"),
	said("服务器启动", "Server startup").then(since106, "", "Server started"),
	apiAddress,
	said("Telnet监听地址: {telnet}", "Telnet Listening Address: {telnet}"),
	saidSince(since7, "API启用RSA: {rsa}", "API RSA Enable: {rsa}").then(since106, "", "API RSA Enabled: {rsa}"),
}

var (
	apiAddress       = said("API监听地址: {api}", "API Listening Address: {api}")
	webSocketAddress = saidSince(since7, "WebSocket监听地址: {websocket}", "WebSocketListening Address: {websocket}")
	yes              = said("是", "Yes")
	no               = said("否", "No")
	exited           = said("{product}已退出", "{product} exited").then(since106, "", "{product} has exited")
)

// What keeps it from starting, or from starting as it was told to.
var (
	portTaken       = said("服务器启动失败，请检查是否有{product}或者其他程序正在监听该端口", "Server failed to run, please check if there is a {product} or other programs listening to the port")
	webSocketFailed = said("WebSocket服务启动失败", "WebSocket server failed to run,")
	configFailed    = said("加载本地配置失败", "Failed to load local configuration")
	noAppData       = said("程序自带数据不存在", "Program data does not exist")
	badRSA          = said("非法RSA私钥，请参考文档设置私钥", "Invalid RSA private key, please refer to the document to set the private key")
	noRSA           = said("RSA私钥文件不存在", "The RSA private key does not exist")
	// 10.8.6808 was heard to say 指定参数version错误, which may be where the one who wrote it down stopped.
	badParameter    = said("指定参数{parameter}错误，具体可以使用help参数查看", "The parameter({parameter}) is incorrect. You can use the -help to view it").then(since106, "指定参数{parameter}错误", "")
	logPathFailed   = verbatim("Configure log path {wantedlog} fail，real log path {log}")
	webKeyFormat    = said("WebSocket密钥密文格式错误", "Wrong WebSocket key")
	webAddress      = said("WebSocket监听地址格式错误", "Wrong WebSocket address")
	webPortTwice    = said("WebSocket端口重复", "WebSocket port duplicate")
	newVersion      = said("发现新版本", "Found new version")
	newFeatures     = said("新版本特性如下", "what's new")
	updateHint      = said("您可以通过如下命令一键更新：update", "You can update it with the following command：update")
	unknownCommand  = said("未知命令", "Unknown command")
	missingArgument = said("缺少必要参数", "Missing necessary parameters").then(since202409, "{cmd} 缺少必要的参数", "{cmd} is missing necessary parameters")
	helpTitle       = said("启动参数帮助", "Startup parameter help")
)

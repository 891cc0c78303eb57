package main

// The parameters of the daemon's config file that other images have a variable for.
const (
	pushProto  = xmlPrefix + "PUSH_PROTO_TYPE"
	frequency  = xmlPrefix + "QOT_PUSH_FREQUENCY"
	reminders  = xmlPrefix + "PRICE_REMINDER_PUSH"
	holdRight  = xmlPrefix + "AUTO_HOLD_QUOTE_RIGHT"
	futuresTZ  = xmlPrefix + "FUTURE_TRADE_API_TIME_ZONE"
	protection = xmlPrefix + "PDT_PROTECTION"
	dtCall     = xmlPrefix + "DTCALL_CONFIRMATION"
)

// Why a name cannot be honoured, by the key of the words.
const (
	whyHost    = "setting.alias.why.host"    // it is for the compose file or the build, not for what runs
	whyGateway = "setting.alias.why.gateway" // the gateway does it by itself
	whyContent = "setting.alias.why.content" // it has a key itself
	whyOther   = "setting.alias.why.other"   // it is of a program beside the daemon
	whyDaemon  = "setting.alias.why.daemon"  // daemons do not have it any more
)

// telnetAsAPI: whoever gives the telnet console a port there gets it on the address of the API.
var telnetAsAPI = had{means: "FUTU_TELNET_IP", value: "$FUTU_IP", when: isSet("FUTU_TELNET_PORT")}

// socketOpen: whoever gives the WebSocket a port there gets it on every address.
var socketOpen = had{means: "FUTU_WEBSOCKET_IP", value: "0.0.0.0", when: isSet("FUTU_WEBSOCKET_PORT")}

// Futures cannot be traded without a time zone, and these images have that of Hong Kong.
var hongKong = had{means: futuresTZ, value: "UTC+8"}

// logsInfo: these images let the daemon keep its own log.
var logsInfo = had{means: "FUTU_LOG_LEVEL", value: "info"}

var inEnglish = had{means: "FUTU_LANG", value: "en"}

// families are the images whose files go on working. Those that have names of their own come before the one whose names they took
// over. The names are those of their files and scripts; what they had, too.
var families = []family{
	{
		name: "lqepoch",
		names: []alias{
			{name: "FUTU_LOGIN_PASSWORD_B64", means: "FUTU_LOGIN_PWD", convert: encoded},
			{name: "FUTU_LOGIN_PASSWORD_FILE", means: "FUTU_LOGIN_PWD_FILE"},
			{name: "FUTU_LOGIN_PASSWORD", means: "FUTU_LOGIN_PWD"},
			{name: "FUTU_API_IP", means: "FUTU_IP", convert: ipOnly},
			{name: "FUTU_API_RSA_PRIVATE_KEY_FILE", means: "FUTU_RSA_PRIVATE_KEY"},
			{name: "FUTU_API_RSA_PRIVATE_KEY_B64", why: whyContent},
			{name: "FUTU_WEBSOCKET_ENABLED", means: "FUTU_WEBSOCKET_PORT", off: true},
			{name: "FUTU_WEBSOCKET_AUTH_KEY_MD5", means: "FUTU_WEBSOCKET_KEY_MD5"},
			{name: "FUTU_WEBSOCKET_AUTH_KEY", means: "FUTU_WEBSOCKET_KEY_MD5", convert: digest},
			{name: "FUTU_WEBSOCKET_AUTH_KEY_FILE", means: "FUTU_WEBSOCKET_KEY_MD5", convert: digestOfFile},
			{name: "FUTU_WEBSOCKET_CERT_FILE", means: "FUTU_WEBSOCKET_CERT"},
			{name: "FUTU_WEBSOCKET_PRIVATE_KEY_FILE", means: "FUTU_WEBSOCKET_PRIVATE_KEY"},
			{name: "FUTU_WEBSOCKET_CERT_B64", why: whyContent},
			{name: "FUTU_WEBSOCKET_PRIVATE_KEY_B64", why: whyContent},
			{name: "FUTU_WEBSOCKET_TLS_CN", why: whyHost},
			{name: "FUTU_FUTURES_TZ", means: futuresTZ},
			{name: "FUTU_QOT_PUSH_FREQUENCY", means: frequency},
			{name: "FUTU_REMEMBER_PASSWORD", why: whyGateway},
			{name: "FUTU_AUTO_REQUEST_PHONE_CODE", why: whyGateway},
			{name: "FUTU_PHONE_CODE_REQUEST_DELAY_SECONDS", why: whyGateway},
			{name: "FUTU_API_PUBLISH_ADDRESS", why: whyHost},
			{name: "FUTU_WEBSOCKET_PUBLISH_ADDRESS", why: whyHost},
		},
		had: append(kept("docker-secrets"), append(kept("docker-security"),
			had{means: "FUTU_AREA_CODE", value: "+86", when: isMainland},
			inEnglish, logsInfo, hongKong,
			had{means: "FUTU_WEBSOCKET_PORT", value: "33333", when: isSet("FUTU_WEBSOCKET_CERT")},
			had{means: "FUTU_WEBSOCKET_IP", value: "0.0.0.0", when: isSet("FUTU_WEBSOCKET_CERT")},
		)...),
	},
	{
		name: "d0zingcat",
		names: []alias{
			{name: "FUTU_ACCOUNT_PWD_MD5_FILE", means: "FUTU_LOGIN_PWD_MD5_FILE"},
			{name: "FUTU_RSA_KEY_FILE", means: "FUTU_RSA_PRIVATE_KEY"},
			{name: "OPEND_HOME", why: whyHost},
			{name: "OPEND_USER_HOME", why: whyHost},
		},
		had: []had{telnetAsAPI, logsInfo},
	},
	{
		name: "iridescentGray",
		names: []alias{
			{name: "FUTU_ACCOUNT_AREA_CODE", means: "FUTU_AREA_CODE"},
			{name: "FUTU_OPEND_VERSION", why: whyHost},
			{name: "FUTU_OPEND_CONFIG_TEMPLATE", why: whyHost},
			{name: "FUTU_OPEND_RUNTIME_CONFIG", why: whyHost},
		},
		had: []had{{means: "FUTU_RSA_PRIVATE_KEY", value: "/.futu/futu.pem", file: true}, hongKong, logsInfo},
	},
	{
		name: "shing1211",
		names: []alias{
			{name: "FUTU_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "FUTU_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "FUTU_RSA_KEY", means: "FUTU_RSA_PRIVATE_KEY", key: true},
			{name: "FUTU_PUSH_PROTO", means: pushProto},
			{name: "FUTU_FUTURE_TZ", means: futuresTZ},
			{name: "FUTU_PRICE_REMINDER", means: reminders, convert: flag01},
			{name: "RSA_FILE_LOCAL_PATH", why: whyHost},
			{name: "FUTU_OPEND_XML_LOCAL_PATH", why: whyHost},
		},
		had: []had{{means: "FUTU_LOGIN_MODE", value: "remember", when: noPassword}, inEnglish, logsInfo, telnetAsAPI},
	},
	{
		name: "songjiao",
		names: []alias{
			{name: "FUTU_RSA_KEY_PATH", means: "FUTU_RSA_PRIVATE_KEY", key: true},
			{name: "FUTU_TIMEZONE", means: futuresTZ},
			{name: "FUTU_PUSH_PROTO_TYPE", means: pushProto},
			{name: "FUTU_PRICE_REMINDER_PUSH", means: reminders, convert: flag01},
			{name: "FUTU_AUTO_HOLD_QUOTE_RIGHT", means: holdRight, convert: flag01},
			{name: "FUTU_PDT_PROTECTION", means: protection, convert: flag01},
			{name: "FUTU_DTCALL_CONFIRMATION", means: dtCall, convert: flag01},
			{name: "FUTU_API_PORT", means: "FUTU_PORT"},
		},
		had: []had{inEnglish, logsInfo, hongKong, socketOpen},
	},
	{
		name: "evil-sparkle",
		names: []alias{
			{name: "MOOMOO_LOGIN_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "MOOMOO_LOGIN_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "MOOMOO_LOGIN_PASSWORD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "MOOMOO_LOGIN_PWD", means: "FUTU_LOGIN_PWD"},
			{name: "MOOMOO_LOGIN_PASSWORD", means: "FUTU_LOGIN_PWD"},
			{name: "MOOMOO_LOGIN_REGION", means: "FUTU_LOGIN_REGION"},
			{name: "MOOMOO_LOGIN_BY_REMEMBER", means: "FUTU_LOGIN_MODE", convert: rememberMode, when: noPassword},
			{name: "MOOMOO_API_IP", means: "FUTU_IP", convert: ipOnly},
			{name: "MOOMOO_API_PORT", means: "FUTU_PORT"},
			{name: "MOOMOO_TELNET_IP", means: "FUTU_TELNET_IP", convert: ipOnly},
			{name: "MOOMOO_TELNET_PORT", means: "FUTU_TELNET_PORT"},
			{name: "MOOMOO_LANG", means: "FUTU_LANG"},
			{name: "MOOMOO_LOG_LEVEL", means: "FUTU_LOG_LEVEL"},
			{name: "MOOMOO_RSA_PRIVATE_KEY_PATH", means: "FUTU_RSA_PRIVATE_KEY", key: true},
			{name: "MOOMOO_CONSOLE", why: whyGateway},
			{name: "MOOMOO_OPEND_HOST", why: whyOther},
			{name: "MOOMOO_OPEND_PORT", why: whyOther},
			{name: "MOOMOO_SECURITY_FIRM", why: whyOther},
			{name: "MOOMOO_TRADING_MODE", why: whyOther},
			{name: "MOOMOO_TRADING_MARKET", why: whyOther},
			{name: "MOOMOO_TRADE_PASSWORD_MD5", why: whyOther},
			{name: "MOOMOO_REAL_ACC_IDS", why: whyOther},
			{name: "MOOMOO_MAX_ORDER_QTY", why: whyOther},
			{name: "MOOMOO_MAX_ORDER_NOTIONAL", why: whyOther},
			{name: "MOOMOO_MAX_ORDER_NOTIONAL_BY_CURRENCY", why: whyOther},
			{name: "OPEND_INTERACTIVE", why: whyGateway},
			{name: "OPEND_BINARY", why: whyHost},
			{name: "OPEND_MAX_RESTARTS", why: whyGateway},
			{name: "OPEND_RESTART_WINDOW_SECONDS", why: whyGateway},
		},
		had: []had{
			{means: "FUTU_BRAND", value: "moomoo"}, inEnglish,
			{means: "FUTU_LOGIN_MODE", value: "remember", when: noPassword},
		},
	},
	{
		name: "opend",
		names: []alias{
			{name: "OPEND_LOGIN_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "OPEND_LOGIN_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "OPEND_API_IP", means: "FUTU_IP", convert: ipOnly},
			{name: "OPEND_API_PORT", means: "FUTU_PORT"},
			{name: "OPEND_RSA_KEY_FILE", means: "FUTU_RSA_PRIVATE_KEY"},
			{name: "OPEND_LANG", means: "FUTU_LANG"},
			{name: "OPEND_LOG_LEVEL", means: "FUTU_LOG_LEVEL"},
		},
		had: []had{{means: "FUTU_BRAND", value: "moomoo"}, inEnglish, logsInfo},
	},
	{
		name: "manhinhang",
		names: []alias{
			{name: "FUTU_ACCOUNT_ID", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "FUTU_ACCOUNT_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "FUTU_ACCOUNT_PWD", means: "FUTU_LOGIN_PWD"},
			{name: "FUTU_ACCOUNT_PWD_FILE", means: "FUTU_LOGIN_PWD_FILE"},
			{name: "FUTU_OPEND_IP", means: "FUTU_IP", convert: ipOnly},
			{name: "FUTU_OPEND_PORT", means: "FUTU_PORT"},
			{name: "FUTU_OPEND_TELNET_IP", means: "FUTU_TELNET_IP", convert: ipOnly},
			{name: "FUTU_OPEND_TELNET_PORT", means: "FUTU_TELNET_PORT"},
			{name: "FUTU_OPEND_WEBSOCKET_IP", means: "FUTU_WEBSOCKET_IP", convert: ipOnly},
			{name: "FUTU_OPEND_WEBSOCKET_PORT", means: "FUTU_WEBSOCKET_PORT"},
			{name: "FUTU_OPEND_LANG", means: "FUTU_LANG"},
			{name: "FUTU_OPEND_LOG_LEVEL", means: "FUTU_LOG_LEVEL"},
			{name: "FUTU_OPEND_PUSH_PROTO_TYPE", means: pushProto},
			{name: "FUTU_OPEND_LOGIN_BY_REMEMBER", means: "FUTU_LOGIN_MODE", convert: rememberMode},
			{name: "FUTU_OPEND_RSA_FILE_PATH", means: "FUTU_RSA_PRIVATE_KEY", key: true},
			{name: "FUTU_OPEND_VER", why: whyHost},
			{name: "FUTU_OPEND_BIN", why: whyHost},
			{name: "FUTU_OPEND_XML_SRC", why: whyHost},
			{name: "FUTU_OPEND_XML_PATH", why: whyHost},
		},
		had: []had{
			{means: "FUTU_RSA_PRIVATE_KEY", value: "/.futu/futu.pem", file: true},
			telnetAsAPI, socketOpen, hongKong, logsInfo,
		},
	},
	{
		name: "leavingme",
		files: []had{
			{means: "FUTU_LOGIN_ACCOUNT", value: "/run/secrets/futu_account_id", file: true, convert: firstLine},
			{means: "FUTU_LOGIN_PWD_MD5_FILE", value: "/run/secrets/futu_account_pwd", file: true, convert: pathIf(true), when: noPassword},
			{means: "FUTU_LOGIN_PWD_FILE", value: "/run/secrets/futu_account_pwd", file: true, convert: pathIf(false), when: noPassword},
		},
		had: []had{{means: "FUTU_RSA_PRIVATE_KEY", value: "/app/config/futu.pem", file: true}, hongKong, logsInfo},
	},
	{
		name: "login_account", only: "login_account",
		names: []alias{
			{name: "login_account", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "login_pwd_md5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "login_pwd", means: "FUTU_LOGIN_PWD"},
			{name: "login_region", means: "FUTU_LOGIN_REGION"},
			{name: "login_cert_file", why: whyDaemon},
			{name: "api_ip", means: "FUTU_IP", convert: ipOnly},
			{name: "api_port", means: "FUTU_PORT"},
			{name: "telnet_ip", means: "FUTU_TELNET_IP", convert: ipOnly},
			{name: "telnet_port", means: "FUTU_TELNET_PORT"},
			{name: "websocket_ip", means: "FUTU_WEBSOCKET_IP", convert: ipOnly},
			{name: "websocket_port", means: "FUTU_WEBSOCKET_PORT"},
			{name: "lang", means: "FUTU_LANG"},
			{name: "log_level", means: "FUTU_LOG_LEVEL"},
			{name: "rsa_private_key", means: "FUTU_RSA_PRIVATE_KEY", key: true},
			{name: "future_trade_api_time_zone", means: futuresTZ},
			{name: "no_monitor", why: whyGateway},
			{name: "console", why: whyGateway},
			{name: "cfg_file", why: whyGateway},
			{name: "is_encrypt", why: whyGateway},
		},
		had: []had{hongKong, telnetAsAPI, socketOpen},
	},
	{
		name: "others", // whose names nobody else has, and of whose scripts nothing is known
		names: []alias{
			{name: "LOGIN_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "LOGIN_PWD", means: "FUTU_LOGIN_PWD"},
			{name: "LOGIN_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "FUTU_OPEND_LOGIN_ACCOUNT", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "FUTU_OPEND_LOGIN_PWD", means: "FUTU_LOGIN_PWD"},
			{name: "FUTU_OPEND_LOGIN_PWD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "FUTU_OPEND_PASSWORD_MD5", means: "FUTU_LOGIN_PWD_MD5", convert: bareMD5},
			{name: "FUTU_OPEND_API_PORT", means: "FUTU_PORT"},
			{name: "FUTU_USER", means: "FUTU_LOGIN_ACCOUNT"},
			{name: "FUTU_PWD", means: "FUTU_LOGIN_PWD"},
			{name: "FUTU_PASSWORD", means: "FUTU_LOGIN_PWD"},
			{name: "FUTU_WS_PORT", means: "FUTU_WEBSOCKET_PORT"},
			{name: "AUTO_HOLD_QUOTE_RIGHT", means: holdRight, convert: flag01},
			{name: "FUTU_NO_MONITOR", why: whyGateway},
		},
	},
}

// otherPrograms are where other images have the daemon.
var otherPrograms = []string{
	"/usr/src/app/bin/FutuOpenD", "/bin/FutuOpenD", "/usr/local/bin/FutuOpenD", "/opt/futu-opend/FutuOpenD", "/FutuOpenD/FutuOpenD",
	"/app/FutuOpenD", "/opt/moomooOpenD/OpenD",
}

// kept is what lqepoch's image made for itself and left in the data folder: the API's key, and certificate, key and password of the
// WebSocket. Its releases name that folder differently.
func kept(folder string) []had {
	at := func(file string) string { return "/home/futu/.com.futunn.FutuOpenD/" + folder + "/" + file }
	return []had{
		{means: "FUTU_RSA_PRIVATE_KEY", value: at("api-rsa.pem"), file: true},
		{means: "FUTU_WEBSOCKET_CERT", value: at("websocket.crt"), file: true, when: socketOn},
		{means: "FUTU_WEBSOCKET_PRIVATE_KEY", value: at("websocket.key"), file: true, when: isSet("FUTU_WEBSOCKET_CERT")},
		{means: "FUTU_WEBSOCKET_KEY_MD5", value: at("websocket-auth-key"), file: true, convert: digestOfFile, when: socketOn},
	}
}

package opendsim

// How it logs in.
var (
	method     = said("登录方式:帐号密码登录", "").then(since7, "登录方式: 账号密码登录", "Login Method: Account password login").then(since106, "", "Login Method: Log in with Account and Password")
	remembered = saidSince(since7, "登录方式: 记住密码登录", "Login Method: Remember login").then(since106, "", "Login Method: Log in with remembered password")
	loggingIn  = said("正在登录", "Logging in")

	askAccount  = said("请输入账号", "Please enter account")
	askPassword = said("请输入密码", "Please enter password")
	askRemember = said("", "Remember the password? (Y/n)")

	failed     = said("登录失败", "Login failed")
	failedWith = said("登录失败,", "Login failed,") // a reason follows
	// The one reason that was seen with another comma.
	nothingRemembered = said("登录失败，找不到记住密码信息，请使用账号密码登录", "Login failed，Unable to find password information, please login with your account password")
)

// Reasons of a failed login that the broker's server gives. They are in no table of the daemon, and known in one language
// or as they were recorded.
var (
	badPassword = said("密码不匹配", "Password does not match")
	locked      = verbatim("登录出错已达上限，请于今日 {unlock} 后重试")
	appTooOld   = said("您的版本过低，请您升级版本", "App version too low. Please upgrade")
	otherBrand  = verbatim("The account may be a moomoo ID. Before logging in, please re-download and install FutuOpenD via the moomoo official website.")
	badRegion   = verbatim("OpenAPI is available for users with accounts at FUTU HK, Moomoo US, Moomoo SG, and Moomoo AU.")
	noAccount   = said("请先完成券商开户或更新版本后使用", "OpenAPI is available for users with accounts at FUTU HK, Moomoo US, Moomoo SG, and Moomoo AU.")
)

// Reasons of a failed login that the daemon has a text for.
var (
	networkFailed    = said("网络异常，请稍后再试", "Network anomaly, please try again later")
	networkBroken    = said("网络中断", "Network interruption")
	networkLibrary   = said("网络库内部异常", "Internal exception of network library")
	loginTimeout     = said("登录超时", "Login timeout")
	interfaceFailed  = said("登录接口调用失败", "Login interface call failed")
	loginAbnormal    = said("登录异常，请重新启动", "Login abnormal, please restart")
	tooManyLogins    = said("登录次数过多", "Login too many times")
	waitMinutes      = said("请等待 {wait} 分钟", "please wait {wait} minutes")
	frequentSeconds  = said("请求过于频繁，请 {wait} 秒后再尝试。", "Request too frequently. Please try it {wait} seconds later.").then(since202409, "请求过于频繁，请{wait}秒后再尝试。", "")
	frequentMinutes  = said("请求过于频繁，请 {wait} 分钟后再尝试。", "Request too frequently. Please try it {wait} minutes later.").then(since202409, "请求过于频繁，请{wait}分钟后再尝试。", "")
	clientTooOld     = said("客户端版本过低", "Client version is too old")
	noSupport        = said("您的 {product} 版本过旧，将不再提供支持，请升级", "Your {product} version is too old and no longer supported. Please upgrade.")
	agreementUnheard = said("问卷评估与协议拉取失败，请检查网络环境并重新登录。如仍未解决，建议联系客服协助。", "Failed in pulling API questionnaire evaluation and agreement confirmation. Please check the network environment and relogin. If it is still not solved, it is recommended to contact customer service for assistance.")
	banned           = said("您已被禁止登录此账号", "The account is forbidden to log in.")
	noPhone          = said("需要绑定手机号", "Need to bind the phone number")
	thirdParty       = said("第三方账号未绑定牛牛号", "The third-party account is not bound")
	loginMissing     = said("参数不齐全", "Some parameters are missing").then(since202409, "账号密码不齐全", "Account and password are missing")
	md5Format        = said("MD5格式错误", "MD5 format error")
	passwordAgain    = said("需要重输入密码登录", "Need to re-enter password to login")
	alreadyHere      = said("用户已在本机登录", "The user has logged in locally")
	networkConfig    = said("缺少必要网络配置信息", "Missing necessary network configuration information")
)

// What the user has to sign. 1.x has another text, as a user typed it.
var (
	agreement  = said("未同意免責聲明", "").then(since7, "为满足监管要求，API 用户需进行相关问卷评估及协议确认，请先前往完成:{url}", "In order to meet regulatory requirements, API users need to conduct relevant questionnaire evaluation and agreement confirmation, please go to completion: {url}")
	disclaimer = said("当前证券业务账户尚未同意免责协议，请先前往完成并重启 {product}：{url}", "The current securities account has not yet agreed to the disclaimer, please go to completion first and then restart {product}: {url}")
)

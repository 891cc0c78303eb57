package opendsim_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// stays is the code of a daemon that does not end by itself.
const stays = -1

// Each row is a scenario in one generation and language: the lines that must come in this order, among others, and how it
// ends. They are written out here once more, so that a slip of the room's own texts is seen.
var spoken = []struct {
	scenario, form string // generation and language
	args           string
	want           []string
	code           int
}{
	{"timeout", "9 chs", "", failing("登录失败,登录超时"), 14},
	{"timeout", "10.0 en", "", []string{"Login failed,Login timeout", "Login failed", "Futu OpenD exited"}, 14},
	{"timeout", "10 en", "-alone", []string{"Logging in", "Login timeout", "Login failed", "Futu OpenD has exited"}, 14},
	{"interface", "9 chs", "", failing("登录失败,登录接口调用失败"), 14},
	{"abnormal", "10 chs", "", failing("登录失败,登录异常，请重新启动"), 14},
	{"network-broken", "10 en", "", []string{"Login failed,Network interruption"}, 14},
	{"network-library", "10 en", "", []string{"Login failed,Internal exception of network library"}, 14},
	{"network-config", "10 chs", "", failing("登录失败,缺少必要网络配置信息"), 14},
	{"too-many", "9 chs", "-wait=36", failing("登录失败,登录次数过多: 请等待 36 分钟"), 14},
	{"too-many", "9 chs", "-join=， -wait=36", failing("登录失败,登录次数过多，请等待 36 分钟"), 14},
	{"too-many", "10 en", "", []string{"Login failed,Login too many times: please wait 5 minutes"}, 14},
	{"frequent", "10 chs", "-wait=42", failing("登录失败,请求过于频繁，请42秒后再尝试。"), 14},
	{"frequent", "9 chs", "-brand=moomoo -wait=42", []string{"登录失败,请求过于频繁，请 42 秒后再尝试。", "moomoo OpenD已退出"}, 14},
	{"frequent-minutes", "10 en", "-wait=3", []string{"Login failed,Request too frequently. Please try it 3 minutes later."}, 14},
	{"version-client", "9 chs", "", failing("登录失败,客户端版本过低"), 14},
	{"version-warning", "10 en", "-brand=moomoo", []string{"Your moomoo OpenD version is too old and no longer supported. Please upgrade.", "Login successful"}, stays},
	{"version-new", "9 chs", "", []string{"登录成功", "发现新版本", "新版本特性如下", "您可以通过如下命令一键更新：update"}, stays},
	{"agreement", "9 chs", "", []string{"为满足监管要求，API 用户需进行相关问卷评估及协议确认，请先前往完成:https://openapi.futunn.com/futu-api-doc/", "Futu OpenD已退出"}, 14},
	{"agreement-failed", "10 chs", "", failing("登录失败,为满足监管要求，API 用户需进行相关问卷评估及协议确认，请先前往完成:https://openapi.futunn.com/futu-api-doc/"), 14},
	{"agreement-unheard", "10 chs", "", failing("登录失败,问卷评估与协议拉取失败，请检查网络环境并重新登录。如仍未解决，建议联系客服协助。"), 14},
	{"disclaimer", "10 chs", "", []string{"登录成功", "当前证券业务账户尚未同意免责协议，请先前往完成并重启 Futu OpenD：https://openapi.futunn.com/futu-api-doc/"}, stays},
	{"banned", "10 chs", "", failing("登录失败,您已被禁止登录此账号"), 14},
	{"banned", "10 en", "", []string{"Login failed,The account is forbidden to log in."}, 14},
	{"no-phone", "10 chs", "", failing("登录失败,需要绑定手机号"), 14},
	{"third-party", "10 chs", "", failing("登录失败,第三方账号未绑定牛牛号"), 14},
	{"login-missing", "9 chs", "", failing("登录失败,账号密码不齐全"), 14},
	{"login-missing", "9 en", "", []string{"Login failed,Some parameters are missing"}, 14},
	{"md5-format", "10 chs", "", failing("登录失败,MD5格式错误"), 14},
	{"password-again", "10 chs", "", failing("登录失败,需要重输入密码登录"), 14},
	{"here-already", "10 chs", "", failing("登录失败,用户已在本机登录"), 14},

	{"port-taken", "9 chs", "", []string{"服务器启动失败，请检查是否有Futu OpenD或者其他程序正在监听该端口"}, 1},
	{"port-taken", "10 en", "-brand=moomoo", []string{"Server failed to run, please check if there is a moomoo OpenD or other programs listening to the port"}, 1},
	{"websocket-failed", "10 en", "", []string{"Login successful", "WebSocket server failed to run,"}, stays},
	{"websocket-key", "10 chs", "", []string{"WebSocket密钥密文格式错误"}, 1},
	{"websocket-address", "10 chs", "", []string{"WebSocket监听地址格式错误"}, 1},
	{"websocket-port", "10 chs", "", []string{"WebSocket端口重复"}, 1},
	{"appdata-missing", "10 chs", "", []string{"程序自带数据不存在"}, 1},
	{"config-failed", "10 chs", "", []string{"加载本地配置失败"}, 1},
	{"rsa-bad", "10 chs", "", []string{"非法RSA私钥，请参考文档设置私钥"}, 1},
	{"rsa-missing", "10 en", "", []string{"The RSA private key does not exist"}, 1},
	{"bad-parameter", "9 en", "", []string{"The parameter(api_ip) is incorrect. You can use the -help to view it"}, 1},

	{"rights-region", "10 chs", "", []string{"登录成功", "港股: BMP, 权限状态: 登录区域限制"}, stays},
	{"rights-low", "10 en", "", []string{"US Stocks: LV3, Permission Status: Client actively requests low permission"}, stays},
	{"rights-card", "10 chs", "", []string{"港股: BMP, 权限状态: 获取免费行情卡失败"}, stays},
	{"data-missing", "10 chs", "", []string{"登录成功", "缺少必要数据"}, stays},
	{"quotes-lost", "10 chs", "", []string{"行情连接: 已断开", "行情连接: 正在重连", "行情连接: 重连成功"}, stays},
	{"trade-lost", "10 en", "", []string{"Trade Connection: Disconnect", "Trade Connection: Reconnecting", "Trade Connection: Reconnect successfully"}, stays},
	{"connection-lost", "9 chs", "", []string{"已断开", "正在重连", "重连成功"}, stays},
	{"kicked-out", "9 chs", "", []string{"登录设备数超出上限，当前OpenD已退出"}, stays},
	{"kicked-out", "9 en", "", []string{"The account has logined elsewhere"}, stays},
	{"password-changed", "10 chs", "-exits", []string{"登录密码被修改", "Futu OpenD已退出"}, 1},
	{"banned-later", "10 chs", "", []string{"登录成功", "您已被禁止登录此账号"}, stays},
	{"logged-out", "10 en", "-exits", []string{"Login successful", "Logged out", "Futu OpenD has exited"}, 1},
	{"account-left", "10 chs", "", []string{"当前账号退出登录"}, stays},
	{"forced-out", "10 chs", "", []string{"强制退出"}, stays},
	{"trade-password", "10 chs", "", []string{"FUTU HK 交易密码被修改"}, stays},
	{"device-lock", "10 chs", "", []string{"启用设备锁"}, stays},
}

// failing is a refused login in the Chinese of 7 and later.
func failing(line string) []string { return []string{line, "登录失败", "Futu OpenD已退出"} }

func TestEveryScenarioSpeaksTheWordsOfItsGeneration(t *testing.T) {
	for _, c := range spoken {
		t.Run(strings.Join([]string{c.scenario, c.form, c.args}, " "), func(t *testing.T) {
			t.Parallel()
			generation, lang, _ := strings.Cut(c.form, " ")
			r := start(t, append(strings.Fields(c.args), c.scenario, "-generation="+generation, "-lang="+lang)...)
			r.await(t, c.want...)
			if c.code != stays {
				r.wantExit(t, c.code)
				return
			}
			r.stop(t)
		})
	}
}

func TestACodeIsRefusedInTheWordsOfItsReason(t *testing.T) {
	for _, c := range []struct {
		scenario, form string
		want           []string // what is said of the right code, typed again and again
	}{
		{"sms-wrong", "2018 chs", []string{"上次验证手机验证码失败"}},
		{"sms-wrong", "10 en", []string{"Phone verification code error"}},
		{"sms-older", "9 chs", []string{"只有最后一次请求验证码生效，该请求已被覆盖"}},
		{"sms-invalid", "10 chs", []string{"无效验证码操作"}},
		{"sms-missing", "10 en", []string{"Missing the verification code"}},
		{"sms-void", "10.0 en", []string{"The verification code is invalid or exceeds the maximum number of attempts, please request again", "Phone verification code error"}},
		{"sms-tries", "10 chs", []string{"手机验证码错误", "手机验证码错误", "验证码失效或超过最大尝试次数，请重新获取", "手机验证码错误"}},
	} {
		t.Run(c.scenario+" "+c.form, func(t *testing.T) {
			t.Parallel()
			generation, lang, _ := strings.Cut(c.form, " ")
			r := start(t, c.scenario, "-generation="+generation, "-lang="+lang, "-auto_sms=1", "-sms_interval=0")
			r.until(t, "the SMS", func(out []byte) bool {
				return strings.Contains(string(out), "请求手机验证码成功") || strings.Contains(string(out), "code successfully") ||
					strings.Contains(string(out), "requested successfully")
			})
			for _, want := range c.want {
				r.enter(t, rightCode)
				r.await(t, want)
			}
			r.enter(t, "req_phone_verify_code")
			r.enter(t, rightCode)
			r.until(t, "the login", func(out []byte) bool {
				return strings.Contains(string(out), "登录成功") || strings.Contains(string(out), "Login successful")
			})
			r.stop(t)
		})
	}
}

func TestAnSMSCanBeRefusedForAWhile(t *testing.T) {
	t.Parallel()
	r := start(t, "sms-refused", "-wait=42")
	r.await(t, "需要手机验证码", "请求手机验证码失败,请求过于频繁，请42秒后再尝试。")
	r.enter(t, rightCode) // of an SMS that was not sent
	r.await(t, "手机验证码错误")
	r.enter(t, "req_phone_verify_code")
	r.await(t, "请求手机验证码成功")
	r.enter(t, rightCode)
	r.await(t, "登录成功")
	r.stop(t)
}

func TestAPictureCanTakeThePlaceOfACode(t *testing.T) {
	t.Parallel()
	r := start(t, "sms-picture", "-lang=en")
	r.await(t, "Failed to request a phone verification code,Request too frequently. Please try it 5 seconds later.")
	r.enter(t, "req_pic_verify_code")
	r.await(t, "Graphic verification code required", "Graphic verification code downloaded")
	r.enter(t, rightPicture)
	r.await(t, "Login successful")
	r.stop(t)
}

func TestAfterAWrongAnswerAPictureMayHaveToBeAskedFor(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	path := picturePath(state, ".com.futunn.FutuOpenD")
	r := start(t, "captcha-again", "-state="+state)
	r.await(t, "需要图形验证码", "正在请求图形验证码", "图形验证码已下载到: "+path)
	r.enter(t, wrongPicture)
	r.await(t, "正在验证图形验证码", "图形验证码错误: 请重新请求图形验证码")
	r.enter(t, "req_pic_verify_code")
	r.await(t, "图形验证码已下载到: "+path)
	r.enter(t, rightPicture)
	r.await(t, "登录成功")
	r.stop(t)
}

func TestAPictureThatFailedIsAskedForAgain(t *testing.T) {
	t.Parallel()
	r := start(t, "captcha-failed", "-generation=9", "-lang=en")
	r.await(t, "Need a graphic verification code", "Failed to request the graphic verification code")
	r.enter(t, "req_pic_verify_code")
	r.until(t, "where it is", func(out []byte) bool {
		return strings.Contains(string(out), "Graphic verification code has been downloaded to: /")
	})
	r.enter(t, rightPicture)
	r.await(t, "Login successful")
	r.stop(t)
}

func TestThePictureMayBeInTheFolderOfTheProgram(t *testing.T) {
	t.Chdir(t.TempDir())
	dir, _ := os.Getwd()
	r := start(t, "captcha-elsewhere")
	path := filepath.Join(dir, "PicVerifyCode.png")
	r.await(t, "图形验证码已下载到: "+path)
	readPicture(t, path)
	r.stop(t)
}

func TestEachStartIsCountedInAFileOfTheBrand(t *testing.T) {
	t.Parallel()
	for brand, file := range map[string]string{
		"futu":   ".com.futunn.FutuOpenD/F3CNN/FreqLimitNN.json",
		"moomoo": ".com.moomoo.OpenD/F3CNN/FreqLimitMooMoo.json",
	} {
		state := t.TempDir()
		for n := range 2 {
			r := start(t, "silent", "-brand="+brand, "-state="+state)
			r.await(t, "API启用RSA: 否")
			r.stop(t)
			text, err := os.ReadFile(filepath.Join(state, file))
			if got := strings.Count(string(text), "T"); err != nil || got != n+1 {
				t.Errorf("got %s, %v, want %d starts", text, err, n+1)
			}
		}
	}
}

// logOf is the text of all log files below a state folder, in the order of their names.
func logOf(t *testing.T, state string) (text string, names []string) {
	t.Helper()
	names, _ = filepath.Glob(filepath.Join(state, "*", "Log", "GTWLog_*.log"))
	slices.Sort(names)
	for _, name := range names {
		part, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text += string(part)
	}
	return text, names
}

func TestTheLogRepeatsTheConsoleAndNamesTheStatus(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, "silent-code", "-lang=en", "-state="+state)
	r.await(t, "Logging in")
	const last = "Logging in\nProgramStatusType_NeedPhoneVerifyCode\n"
	deadline := time.Now().Add(patience)
	for text := ""; !strings.HasSuffix(text, last); time.Sleep(10 * time.Millisecond) { // nothing is printed that would tell of it
		if text, _ = logOf(t, state); time.Now().After(deadline) {
			t.Fatalf("the log ends otherwise: %q", text)
		}
	}
	r.enter(t, "req_phone_verify_code")
	r.await(t, "SMS verification code requested successfully")
	r.enter(t, rightCode)
	r.await(t, "Required data is ready")
	r.stop(t)
	text, names := logOf(t, state)
	if !strings.Contains(text, "ProgramStatusType_Ready\n") || len(names) != 2 || !strings.Contains(names[1], "GTWLog_100000001_") {
		t.Errorf("got %q in %q, want the end of the login in a file of the user's", text, names)
	}
}

func TestALogThatCannotBeWhereItShouldIsTold(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, "log-path", "-log_path=/proc/nowhere", "-state="+state)
	r.await(t, "Configure log path /proc/nowhere fail，real log path "+filepath.Join(state, ".com.futunn.FutuOpenD", "Log"), "登录成功")
	r.stop(t)
	if text, _ := logOf(t, state); !strings.Contains(text, "登录成功") {
		t.Errorf("got %q, want what was shown", text)
	}
}

func TestWithoutALogLevelThereIsNoLog(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, "ok", "-log_level=no", "-state="+state)
	r.await(t, "必要数据准备完毕")
	r.stop(t)
	if text, names := logOf(t, state); len(names) > 0 {
		t.Errorf("got %q in %q, want none", text, names)
	}
}

package opendsim_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
)

func TestARefusedLoginSaysWhyAndExitsWith14(t *testing.T) {
	const (
		moomooID = "The account may be a moomoo ID. Before logging in, please re-download and install FutuOpenD via the moomoo official website."
		region   = "OpenAPI is available for users with accounts at FUTU HK, Moomoo US, Moomoo SG, and Moomoo AU."
	)
	for _, c := range []struct{ scenario, chs, en string }{
		{"wrong-password", "密码不匹配", "Password does not match"},
		{"network", "网络异常，请稍后再试", "Network anomaly, please try again later"},
		{"locked", "登录出错已达上限，请于今日 18:30 后重试", "登录出错已达上限，请于今日 18:30 后重试"},
		{"version", "您的版本过低，请您升级版本", "App version too low. Please upgrade"},
		{"brand", moomooID, moomooID},
		{"account", "请先完成券商开户或更新版本后使用", region},
		{"region", region, region},
	} {
		for _, form := range []struct {
			generation, lang string
			want             []string
		}{
			{"2018", "en", []string{"正在登录", "登录失败," + c.chs, "登录失败", "FutuOpenD已退出"}},
			{"9", "chs", []string{"正在登录", "登录失败," + c.chs, "登录失败", "Futu OpenD已退出"}},
			{"10", "en", []string{"Logging in", "Login failed," + c.en, "Login failed", "Futu OpenD has exited"}},
		} {
			t.Run(c.scenario+" "+form.generation+" "+form.lang, func(t *testing.T) {
				t.Parallel()
				r := start(t, c.scenario, "-unlock=18:30", "-generation="+form.generation, "-lang="+form.lang)
				r.wantExit(t, 14)
				got := r.lines()
				if len(got) < len(form.want) || !slices.Equal(got[len(got)-len(form.want):], form.want) {
					t.Errorf("got %q, want at the end %q", got, form.want)
				}
			})
		}
	}
}

func TestAnUnsignedAgreementEndsTheDaemon(t *testing.T) {
	t.Parallel()
	r := start(t, "agreement", "-generation=2018")
	r.await(t, "正在登录", "未同意免責聲明", "FutuOpenD已退出")
	r.wantExit(t, 14)
}

func TestWithoutAnyScenarioItLogsInAndStays(t *testing.T) {
	t.Parallel()
	r := start(t, "-lang=en", "-login_account=42")
	r.await(t, "Login Method: Log in with Account and Password", "Logging in", "Login Account: 42", "Login successful",
		"US Stocks: LV3, Permission Status: Normal", "Required data is ready")
	r.stop(t)
}

func TestOnlyTheRightPasswordOrItsMD5LogsIn(t *testing.T) {
	for _, c := range []struct {
		flag string
		ok   bool
	}{
		{"-login_pwd=secret", true},
		{"-login_pwd_md5=5ebe2294ecd0e0f08eab7690d2a6ee69", true},
		{"-login_pwd=Secret", false},
		{"-login_pwd_md5=5EBE2294ECD0E0F08EAB7690D2A6EE69", false},
		{"-log_level=no", false},
	} {
		t.Run(c.flag, func(t *testing.T) {
			t.Parallel()
			r := start(t, "-password=secret", c.flag)
			if !c.ok {
				r.await(t, "登录失败,密码不匹配")
				r.wantExit(t, 14)
				return
			}
			r.await(t, "登录成功")
		})
	}
}

func TestSilenceComesWhereTheScenarioSays(t *testing.T) {
	for _, c := range []struct{ scenario, last string }{
		{"silent", "API启用RSA: 否"},
		{"silent-login", "正在登录"},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			r := start(t, c.scenario)
			r.await(t, c.last)
			r.enter(t, "bogus")
			r.await(t, "未知命令")
			r.stop(t)
			if got := r.lines(); slices.Contains(got, "登录成功") {
				t.Errorf("got %q, want no login", got)
			}
		})
	}
}

func TestTheEighthStartInThreeHoursIsSilent(t *testing.T) {
	t.Parallel()
	state := "-state=" + t.TempDir()
	for range 7 {
		r := start(t, "throttled", state)
		r.await(t, "登录成功")
		r.stop(t)
	}
	r := start(t, "throttled", state)
	r.await(t, "API启用RSA: 否")
	r.enter(t, "bogus")
	r.await(t, "未知命令")
	r.stop(t)
	if got := r.lines(); slices.Contains(got, "正在登录") {
		t.Errorf("got %q, want silence after the addresses", got)
	}
}

func TestAQuestionWaitsForEverWithoutEndingItsLine(t *testing.T) {
	t.Parallel()
	r := start(t, "question")
	r.until(t, "?", func(out []byte) bool { return strings.HasSuffix(string(out), "\r>>>\r?") })
	r.enter(t, "what")
	r.until(t, "the next prompt", func(out []byte) bool { return strings.HasSuffix(string(out), "what\r\n\r>>>") })
	r.stop(t)
}

func TestAnOldDaemonGivesOnlyTheHint(t *testing.T) {
	t.Parallel()
	r := start(t, "old-hint")
	r.await(t, "命令提示: req_phone_verify_code")
	r.enter(t, "req_phone_verify_code")
	r.await(t, "请求手机验证码成功")
	r.enter(t, "input_phone_verify_code -code="+opendsim.Code)
	r.await(t, "登录成功")
	r.stop(t)
	if got := r.lines(); slices.Contains(got, "需要手机验证码") {
		t.Errorf("got %q, want nothing plainer than the hint", got)
	}
}

func TestAFloodIsOfTheLengthThatWasAskedFor(t *testing.T) {
	t.Parallel()
	r := start(t, "flood", "-lines=5000")
	r.await(t, "登录成功", "00000001", "港股期权: LV1, 权限状态: 正常", "00004999")
	r.enter(t, "bogus")
	r.await(t, "未知命令")
	r.stop(t)
}

func TestACrashIsADeathByASignal(t *testing.T) {
	t.Run("of memory", func(t *testing.T) {
		t.Parallel()
		r := start(t, "crash")
		r.await(t, "登录成功")
		if got := r.exit(t); got.Signal() != syscall.SIGABRT {
			t.Errorf("got %v, want SIGABRT", got)
		}
		out, _ := r.bytes()
		want := strings.ReplaceAll(recording(t, "futu-2018-crash-bad-alloc.log"), "\n", "\r\n")
		if !strings.HasSuffix(string(out), ">>>"+want) {
			t.Errorf("got %q, want at the end, as it is, %q", out, want)
		}
	})
	t.Run("at the start", func(t *testing.T) {
		t.Parallel()
		r := start(t, "crash-start")
		if got := r.exit(t); got.Signal() != syscall.SIGSEGV {
			t.Errorf("got %v, want SIGSEGV", got)
		}
		if out, _ := r.bytes(); len(out) > 0 {
			t.Errorf("got %q, want not a word", out)
		}
	})
}

func TestEveryScenarioIsNamedAndDescribedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range opendsim.Scenarios() {
		if s.Name == "" || s.Does == "" || seen[s.Name] {
			t.Errorf("got %+v, want a name of its own and a line", s)
		}
		seen[s.Name] = true
	}
}

package opendsim_test

import "testing"

func TestAnInteractiveDaemonAsksForEverything(t *testing.T) {
	t.Parallel()
	r := start(t, "sms", "-generation=interactive", "-lang=en", "-password=secret")
	r.await(t, "API RSA Enabled: No", "Please enter account")
	r.enter(t, "100000007")
	r.await(t, "Please enter password")
	r.enter(t, "secret")
	r.await(t, "Remember the password? (Y/n)")
	r.enter(t, "n")
	r.await(t, "Logging in", "SMS verification code required")
	r.enter(t, rightCode)
	r.await(t, "Login Account: 100000007", "Login successful")
	r.stop(t)
}

func TestAnEmptyLineIsAnAnswer(t *testing.T) {
	t.Parallel()
	r := start(t, "ok", "-generation=interactive")
	r.await(t, "请输入账号")
	r.enter(t, "")
	r.await(t, "请输入密码")
	r.enter(t, "")
	r.await(t, "登录失败,密码不匹配", "登录失败", "Futu OpenD已退出")
	r.wantExit(t, 14)
}

// introduce answers all that an interactive daemon asks.
func introduce(t *testing.T, r *run, account string) {
	t.Helper()
	r.await(t, "Please enter account")
	r.enter(t, account)
	r.await(t, "Please enter password")
	r.enter(t, "secret")
	r.await(t, "Remember the password? (Y/n)")
	r.enter(t, "")
	r.await(t, "Login successful", "Required data is ready")
	r.stop(t)
}

func TestARememberedAccountLogsInWithoutBeingAsked(t *testing.T) {
	t.Parallel()
	first := []string{"remember", "-lang=en", "-state=" + t.TempDir(), "-password=secret"}
	introduce(t, start(t, first...), "7")
	again := append(first, "-login_by_remember=1")

	r := start(t, append(again, "-login_account=7")...)
	r.await(t, "Login Method: Log in with remembered password", "Login Account: 7", "Login successful")
	r.stop(t)
	for _, lost := range [][]string{
		{"-login_account=8"},                // another account
		{"-login_account=7", "-remember=0"}, // this makes it forget
	} {
		r = start(t, append(again, lost...)...)
		r.await(t, "Login failed，Unable to find password information, please login with your account password", "Login failed", "Futu OpenD has exited")
		r.wantExit(t, 14)
	}
}

func TestWhatIsRememberedCanBeLost(t *testing.T) {
	t.Parallel()
	args := []string{"remember-lost", "-state=" + t.TempDir()}
	r := start(t, args...)
	r.await(t, "请输入账号")
	r.enter(t, "7")
	r.await(t, "请输入密码")
	r.enter(t, "secret")
	r.await(t, "登录成功", "必要数据准备完毕")
	r.stop(t)
	r = start(t, append(args, "-login_account=7", "-login_by_remember=1")...)
	r.await(t, "登录失败，找不到记住密码信息，请使用账号密码登录", "登录失败", "Futu OpenD已退出")
	r.wantExit(t, 14)
}

func TestAPasswordBeatsWhatIsRemembered(t *testing.T) {
	t.Parallel()
	r := start(t, "ok", "-generation=9", "-login_pwd=secret", "-login_by_remember=1")
	r.await(t, "登录方式: 账号密码登录", "登录成功")
}

func TestADeadTokenLeadsBackToTheAccountPrompt(t *testing.T) {
	t.Parallel()
	args := []string{"remember-dead", "-lang=en", "-state=" + t.TempDir()}
	introduce(t, start(t, args...), "7")
	r := start(t, append(args, "-login_account=7", "-login_by_remember=1")...)
	r.await(t, "Login Method: Log in with remembered password", "Logging in")
	introduce(t, r, "7")
}

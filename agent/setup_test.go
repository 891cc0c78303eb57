package agent_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// say is a text that a test changes while the agent asks for it.
type say struct{ text atomic.Pointer[string] }

func newSay(text string) *say { s := new(say); s.set(text); return s }

func (s *say) set(text string) { s.text.Store(&text) }
func (s *say) now() string     { return *s.text.Load() }

// refusedStarts are what the daemon says of its own start before it exits, with the class that follows.
var refusedStarts = map[string]fsm.Kind{
	"指定参数lang错误，具体可以使用help参数查看":                                          fsm.StartRefused,
	"The parameter(lang) is incorrect. You can use the -help to view it": fsm.StartRefused,
	"非法RSA私钥，请参考文档设置私钥":                                                  fsm.StartRefused,
	"The RSA private key does not exist":                                 fsm.StartRefused,
	"WebSocket密钥密文格式错误":                                                  fsm.StartRefused,
	"WebSocket port duplicate":                                           fsm.StartRefused,
	"程序自带数据不存在":                                                          fsm.AppDataMissing,
	"加载本地配置失败":                                                           fsm.ConfigFailed,
	"服务器启动失败，请检查是否有Futu OpenD或者其他程序正在监听该端口":                              fsm.ServerFailed,
}

func TestAStartThatTheDaemonRefusesIsNotRepeatedUnchanged(t *testing.T) {
	synctest.Test(t, testSetup)
}
func testSetup(t *testing.T) {
	const before, later = "the program 1111; AppData.dat none; the port taken", "the program 1111; AppData.dat 2222; the port taken"
	for line, class := range refusedStarts {
		setup := newSay(before)
		mend := func(c *agent.Config) { c.Setup = setup.now }
		h := open(t, mend)
		h.says("Futu OpenD运行中", line)
		h.dies(agent.Exit{})
		h.want(line, fsm.Halted)
		if halted := h.journal.Snapshot().Halted; halted.Class() != class || halted.Detail != line {
			t.Errorf("%s: halted by %+v, want %s", line, halted, class)
		}
		h.wantBudget(line, 5, 3)
		after(48 * time.Hour)
		if _, err := h.agent.Init(t.Context(), false); refusal(err) != "not_safe" || h.started() != 1 {
			t.Errorf("%s: %v after %d starts", line, err, h.started())
		}
		if err := h.agent.InitIfSafe(t.Context()); refusal(err) != "not_safe" {
			t.Errorf("%s: INIT of version 1: %v", line, err)
		}

		// Neither does a new container, until something has changed.
		h = h.cut(mend)
		after(24 * time.Hour)
		h.want(line+", in a new container", fsm.Halted)
		setup.set(later)
		after(30 * time.Second)
		h.want(line+", with another AppData.dat", fsm.Initializing)
		if e := h.lastOf(fsm.Start); e.Detail != "changed: AppData.dat" {
			t.Errorf("%s: the start is explained as %q", line, e.Detail)
		}
		h.close()
	}
}

func TestAnotherProgramIsAChangeAlthoughTheLoginIsAnotherWithIt(t *testing.T) {
	synctest.Test(t, testOtherProgram)
}
func testOtherProgram(t *testing.T) {
	setup := newSay("the program 1111; the port free")
	files := &safe{now: agent.Credentials{Login: "1111"}}
	h := open(t, func(c *agent.Config) { c.Setup, c.Credentials, c.Reread = setup.now, files.now, files.read })
	defer h.close()
	h.says("Futu OpenD运行中", "程序自带数据不存在")
	h.dies(agent.Exit{})
	after(time.Hour)
	h.want("while nothing has changed", fsm.Halted)
	files.is(func(s *safe) { s.now.Login = "2222" }) // a password, say
	after(time.Hour)
	h.want("with another login", fsm.Halted)
	setup.set("the program 2222; the port free")
	files.is(func(s *safe) { s.now.Login = "3333" })
	after(30 * time.Second)
	h.want("with another program", fsm.Initializing)
	if e := h.lastOf(fsm.Start); e.Detail != "changed: the program" || e.Login != "3333" {
		t.Errorf("the start is explained as %q, of login %s", e.Detail, e.Login)
	}
}

func TestAPortThatIsFreeAgainIsAChangeAndOneThatIsTakenIsNone(t *testing.T) {
	synctest.Test(t, testPort)
}
func testPort(t *testing.T) {
	setup := newSay("the program 1111; the port free")
	h := open(t, func(c *agent.Config) { c.Setup = setup.now })
	defer h.close()
	h.says("服务器启动失败")
	h.dies(agent.Exit{})
	setup.set("the program 1111; the port taken")
	after(time.Hour)
	h.want("with a port that was free and is taken", fsm.Halted)
	if err := h.agent.InitIfSafe(t.Context()); refusal(err) != "not_safe" {
		t.Errorf("INIT of version 1: %v", err)
	}
	setup.set("the program 2222; the port taken")
	after(30 * time.Second)
	h.want("with another program", fsm.Initializing)
	h.says("服务器启动失败")
	h.dies(agent.Exit{})
	after(time.Hour)
	h.want("refused once more", fsm.Halted)
	setup.set("the program 2222; the port free")
	after(30 * time.Second)
	h.want("with the port free", fsm.Initializing)
	if e := h.lastOf(fsm.Start); e.Detail != "changed: the port" {
		t.Errorf("the start is explained as %q", e.Detail)
	}
}

func TestAComplaintAloneRefusesNoStart(t *testing.T) { synctest.Test(t, testComplaint) }
func testComplaint(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("RSA私钥文件不存在", "正在登录", "登录成功")
	h.want("it goes on without the key", fsm.Connected)
	h.dies(agent.Exit{Code: 1})
	h.want("it ends long after", fsm.Closed)
	if strings.Contains(h.disk.String(), "start_refused") {
		t.Error("an end after the login counts as a refused start")
	}
}

func TestARefusedStartIsTriedForAPersonWhoInsists(t *testing.T) { synctest.Test(t, testInsists) }
func testInsists(t *testing.T) {
	h := open(t, func(c *agent.Config) { c.Setup = func() string { return "the program 1111" } })
	defer h.close()
	h.says("程序自带数据不存在")
	h.dies(agent.Exit{})
	risk, err := h.agent.Init(t.Context(), true)
	if err != nil || !strings.Contains(risk, "AppData.dat") {
		t.Errorf("risk %q, error %v", risk, err)
	}
	h.want("a person insists", fsm.Initializing)
}

package agent_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

func TestNobodyPushesWhatCountsOutOfTheJournal(t *testing.T) { synctest.Test(t, testFolded) }
func testFolded(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("登录失败,密码不匹配")
	h.dies(agent.Exit{Code: 14})
	h.want("after a wrong password", fsm.Halted)
	for range 1000 {
		if err := h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP); err != nil {
			t.Fatal(err)
		}
		if err := h.agent.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.agent.Init(t.Context(), false)
		h.agent.Restart(t.Context(), false)
	}
	synctest.Wait() // what was answered is written a moment later
	if held, stops := h.wrote(fsm.CodeHeld), h.wrote(fsm.Stop); held != 10 || stops > 11 {
		t.Errorf("a thousand codes and stops are %d and %d entries", held, stops)
	}
	if n := h.wrote(fsm.Overruled); n > 0 {
		t.Errorf("what was refused is %d entries", n)
	}
	after(time.Minute)
	h.agent.SubmitCode(t.Context(), "123456", fsm.ByHTTP)
	synctest.Wait()
	if held := h.wrote(fsm.CodeHeld); held != 11 {
		t.Errorf("a minute later there are %d", held)
	}
}

func TestTheCodeThatIsHeldIsTheLastOneHoweverManyCame(t *testing.T) { synctest.Test(t, testLastHeld) }
func testLastHeld(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	for n := range 30 {
		if err := h.agent.SubmitCode(t.Context(), fmt.Sprint(100000+n), fsm.ByHTTP); err != nil {
			t.Fatal(err)
		}
	}
	h.says("需要手机验证码")
	h.want("when a code is held", fsm.Verifying)
	if got, want := h.daemon().wasTyped(), "input_phone_verify_code -code=100029\r"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
}

func TestWhatTheDaemonRepeatsIsFolded(t *testing.T) { synctest.Test(t, testRepeats) }
func testRepeats(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	for range 20_000 {
		h.daemon().output <- []byte("API监听地址: 127.0.0.1:11111\r\n")
	}
	for n := range 1000 {
		h.daemon().output <- []byte(fmt.Sprintf("API监听地址: 127.0.0.1:%d\r\n", n))
	}
	h.says("登录成功")
	h.want("for all its talk", fsm.Connected)
	if n := h.wrote(fsm.APIListening); n != 60 {
		t.Errorf("21,000 lines that change nothing are %d entries", n)
	}
	after(time.Minute)
	h.says("API监听地址: 127.0.0.1:11111")
	if n := h.wrote(fsm.APIListening); n != 61 {
		t.Errorf("a minute later there are %d", n)
	}
}

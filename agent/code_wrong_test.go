package agent_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// tries types wrong codes until one is refused, and returns how many were typed.
func (h *house) tries() (n int) {
	h.t.Helper()
	for range 20 {
		err := h.agent.SubmitCode(h.t.Context(), "111111", fsm.ByHTTP)
		if err != nil {
			if refusal(err) != "codes_spent" {
				h.t.Errorf("refused with %v", err)
			}
			return n
		}
		h.says("手机验证码错误")
		n++
	}
	return n
}

func (h *house) asked() int { return strings.Count(h.daemon().wasTyped(), "req_phone_verify_code") }

func TestFiveWrongCodesOfOneSMSAreAllThatIsTyped(t *testing.T) { synctest.Test(t, testFiveWrong) }
func testFiveWrong(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码", "正在请求手机验证码", "请求手机验证码成功")
	if n := h.tries(); n != 5 {
		t.Errorf("%d codes of the first SMS were typed", n)
	}
	if why := h.journal.Snapshot().Trouble.Why.Class(); why != fsm.CodeVoid {
		t.Errorf("a person is told %s, and not that another SMS is needed", why)
	}
	if c := h.journal.Snapshot(); !c.Challenge.Shut || c.CodesLeft(time.Now()) != 0 {
		t.Errorf("the challenge is %+v, and %d codes are left", c.Challenge, c.CodesLeft(time.Now()))
	}
	after(time.Minute)
	if h.asked() != 1 || h.tries() != 0 {
		t.Errorf("the gateway asked %d times for another SMS; none has come yet", h.asked())
	}
	h.says("请求手机验证码成功")
	if h.journal.Snapshot().Challenge.Shut {
		t.Error("the code of the second SMS is not taken")
	}
	if n := h.tries(); n != 5 {
		t.Errorf("%d codes of the second SMS were typed", n)
	}

	// From here on a person must.
	after(time.Hour)
	h.says("请求手机验证码成功")
	if h.asked() != 1 || h.tries() != 0 {
		t.Errorf("the gateway asked %d times by itself", h.asked())
	}
	if err := h.agent.ResendCode(t.Context()); err == nil {
		t.Error("another SMS within the minute")
	}
	after(time.Minute)
	if err := h.agent.ResendCode(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.says("请求手机验证码成功")
	if n := h.tries(); n != 5 {
		t.Errorf("%d codes of a person's SMS were typed", n)
	}
	if n := h.wrote(fsm.CodesOpen); n != 2 {
		t.Errorf("codes were taken again %d times", n)
	}
}

func TestADaemonThatSendsAnSMSAfterEachWrongCodeDoesNotGoOnForEver(t *testing.T) {
	synctest.Test(t, testSMSAfterEach)
}
func testSMSAfterEach(t *testing.T) {
	h := open(t, nil)
	defer h.close()
	h.says("需要手机验证码", "请求手机验证码成功")
	n := 0
	for ; n < 100 && h.agent.SubmitCode(t.Context(), "111111", fsm.ByHTTP) == nil; n++ {
		h.says("手机验证码错误")
		after(time.Minute)
		h.says("需要手机验证码", "请求手机验证码成功")
	}
	if n > 2*fsm.MaxWrongCodes {
		t.Errorf("%d wrong codes were typed", n)
	}
}

func TestSixSMSAnHourAreSentByWish(t *testing.T) { synctest.Test(t, testSixSMS) }
func testSixSMS(t *testing.T) {
	h := open(t, nil)
	defer func() { h.close() }()
	h.says("需要手机验证码", "请求手机验证码成功")
	first := time.Now()
	for n := range 6 {
		after(61 * time.Second)
		if n == 0 {
			first = time.Now()
		}
		if err := h.agent.ResendCode(t.Context()); err != nil {
			t.Fatalf("SMS %d: %v", n+1, err)
		}
		h.says("请求手机验证码成功")
	}
	after(61 * time.Second)
	if err := h.agent.ResendCode(t.Context()); refusal(err) != "too_soon" {
		t.Errorf("the seventh: %v", err)
	}
	h = h.cut(nil)
	h.says("需要手机验证码")
	if err := h.agent.ResendCode(t.Context()); refusal(err) != "too_soon" {
		t.Errorf("the seventh in a new container: %v", err)
	}
	after(time.Until(first.Add(time.Hour)))
	if err := h.agent.ResendCode(t.Context()); err != nil {
		t.Errorf("an hour after the first: %v", err)
	}
}

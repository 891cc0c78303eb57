package agent_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/fsm"
)

// loses makes a gateway begin with a journal of which lines are lost, after what an earlier run left.
func (h *house) loses() *house {
	return h.again(func(c *agent.Config) {
		c.Ledger.Note(fsm.Entry{Seq: 1 << 20, At: time.Now(), Event: fsm.Event{Kind: fsm.LinesLost, Detail: "journal.jsonl: line 7"}, From: fsm.Idle, To: fsm.Idle})
	})
}

func TestAPersonIsAskedWhereARefusalMayBeLost(t *testing.T) { synctest.Test(t, testDoubt) }
func testDoubt(t *testing.T) {
	first := open(t, nil)
	first.close()

	second := first.loses()
	second.want("after lines were lost", fsm.Halted)
	if e := second.journal.Snapshot().Halted; e.Kind != fsm.JournalDamaged || e.Detail != "journal.jsonl: line 7" {
		t.Errorf("it halts with %s: %q", e.Kind, e.Detail)
	}
	after(100 * time.Hour)
	if _, err := second.agent.Init(t.Context(), false); refusal(err) != "not_safe" || !strings.Contains(err.Error(), "journal.jsonl: line 7") {
		t.Errorf("a start that nobody confirmed: %v", err)
	}
	if second.started() != 0 {
		t.Error("it logged in by itself")
	}
	second.close()

	third := second.again(nil)
	third.want("after a restart", fsm.Halted)
	if e := third.journal.Snapshot().Halted; e.Kind != fsm.StillHalted || e.Of != fsm.JournalDamaged {
		t.Errorf("it halts with %s of %s", e.Kind, e.Of)
	}
	if _, err := third.agent.Init(t.Context(), true); err != nil || third.started() != 1 {
		t.Errorf("a person starts it: %v, %d starts", err, third.started())
	}
	third.close()

	fourth := third.again(nil)
	defer fourth.close()
	fourth.want("once a person was asked", fsm.Initializing)
}

func TestNobodyIsAskedWhereARefusalIsKnown(t *testing.T) { synctest.Test(t, testKnownRefusal) }
func testKnownRefusal(t *testing.T) {
	first := open(t, nil)
	first.says("登录失败,密码不匹配")
	first.want("after a wrong password", fsm.Halted)
	first.close()
	second := first.loses()
	defer second.close()
	if e := second.journal.Snapshot().Halted; e.Kind != fsm.StillHalted || e.Of != fsm.PasswordWrong {
		t.Errorf("it halts with %s of %s", e.Kind, e.Of)
	}
}

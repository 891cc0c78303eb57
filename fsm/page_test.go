package fsm

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

func TestThePagesListEveryStateWithItsNumber(t *testing.T) {
	var want [][]string
	for _, s := range States() {
		want = append(want, []string{prose.Code(string(s)), strconv.Itoa(s.Status())})
	}
	prose.Hold(t, "fsm/README.md", "| state | status | meaning |", want)
	prose.Hold(t, "agent/README.zh-CN.md", "| 状态 | 编号 | 含义 |", want)
}

func TestAStateThatAwaitsSomethingSaysWhatItWants(t *testing.T) {
	for _, s := range States() {
		if awaits := strings.HasPrefix(string(s), "awaiting_"); awaits != (s.Wants() != "") {
			t.Errorf("%s wants %q of a person: its row in challenges, in snapshot.go, says so, and its name must, too", s, s.Wants())
		}
	}
}

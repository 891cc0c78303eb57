package agent

import (
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

func TestThePagesSayOfEachClassWhereItLeadsAndWhatItCosts(t *testing.T) {
	for page, in := range map[string]struct {
		header string
		counts map[fsm.Charge]string
	}{
		"agent/README.md":       {"| class | state | counts as | reason | do |", map[fsm.Charge]string{fsm.ChargeNothing: "nothing", fsm.ChargeStart: "start", fsm.ChargeLogin: "failed login"}},
		"agent/README.zh-CN.md": {"| 类别 | 状态 | 计为 | 原因 | 怎么办 |", map[fsm.Charge]string{fsm.ChargeNothing: "不计", fsm.ChargeStart: "启动", fsm.ChargeLogin: "登录失败"}},
	} {
		var want [][]string
		for _, kind := range fsm.Failures() {
			class, _ := kind.Failure()
			_, to := fsm.NewMachine(fsm.Initializing).Apply(fsm.Event{Kind: kind})
			want = append(want, []string{prose.Code(string(kind)), prose.Code(string(to)), in.counts[class.Charges]})
		}
		prose.Hold(t, page, in.header, want)
	}
}

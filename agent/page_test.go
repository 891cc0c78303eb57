package agent

import (
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

func TestThePagesSayWhereEachFailedLoginLeads(t *testing.T) {
	for page, header := range map[string]string{
		"agent/README.md":       "| class | state | reason | do |",
		"agent/README.zh-CN.md": "| 类别 | 状态 | 原因 | 怎么办 |",
	} {
		var want [][]string
		for _, row := range prose.Table(t, page, header) {
			kind := fsm.Kind(row[0][1 : len(row[0])-1])
			_, to := fsm.NewMachine(fsm.Initializing).Apply(fsm.Event{Kind: kind})
			want = append(want, []string{row[0], prose.Code(string(to))})
		}
		prose.Hold(t, page, header, want)
	}
}

package opendsim

import (
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

func TestThePageListsEveryScenario(t *testing.T) {
	var want [][]string
	for _, s := range Scenarios() {
		want = append(want, []string{prose.Code(s.Name), s.Does})
	}
	prose.Hold(t, "agent/opendsim/README.md", "| scenario | the daemon |", want)
}

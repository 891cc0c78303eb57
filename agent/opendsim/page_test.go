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

func TestThePageListsTheFlagsOfTheSimulatorItself(t *testing.T) {
	var want [][]string
	for _, f := range ownFlags {
		takes := ""
		if f.takes != "" {
			takes = prose.Code(f.takes)
		}
		want = append(want, []string{prose.Code("-" + f.key), takes, f.does})
	}
	prose.Hold(t, "agent/opendsim/README.md", "| flag | takes | does |", want)
}

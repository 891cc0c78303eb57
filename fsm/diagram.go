package fsm

import (
	"fmt"
	"slices"
	"strings"
)

// Diagram draws the table as a Mermaid state diagram. The node "live" stands for
// every state in which the daemon runs, so that one arrow replaces seven.
func Diagram() string {
	arrows := map[[2]string][]string{}
	var order [][2]string
	for _, r := range table {
		for _, from := range sources(r) {
			pair := [2]string{from, string(r.to)}
			if arrows[pair] == nil {
				order = append(order, pair)
			}
			for _, k := range r.kinds {
				arrows[pair] = append(arrows[pair], string(k))
			}
		}
	}

	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> idle\n    live: any state in which the daemon runs\n")
	for _, pair := range order {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", pair[0], pair[1], strings.Join(arrows[pair], ", "))
	}
	return b.String()
}

// sources names where the arrows of a row start. An arrow from a state to itself is left out.
func sources(r row) []string {
	rest := slices.Clone(r.from)
	var out []string
	if containsAll(append(slices.Clone(rest), r.to), live) {
		out = append(out, "live")
		rest = slices.DeleteFunc(rest, State.Live)
	}
	for _, s := range rest {
		if s != r.to {
			out = append(out, string(s))
		}
	}
	return out
}

func containsAll(in, want []State) bool {
	for _, s := range want {
		if !slices.Contains(in, s) {
			return false
		}
	}
	return true
}

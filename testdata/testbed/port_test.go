package testbed

import (
	"strconv"
	"testing"
)

func TestNoPortIsGivenTwiceOrOneThatABrowserDoesNotOpen(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		port := FreePort(t)
		if seen[port] {
			t.Fatalf("port %s is given twice", port)
		}
		if n, err := strconv.Atoi(port); err != nil || unsafe[n] {
			t.Fatalf("port %s is given, %v", port, err)
		}
		seen[port] = true
	}
}

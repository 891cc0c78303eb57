package testbed

import "testing"

func TestNoPortIsGivenTwice(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		port := FreePort(t)
		if seen[port] {
			t.Fatalf("port %s is given twice", port)
		}
		seen[port] = true
	}
}

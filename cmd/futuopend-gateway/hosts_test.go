package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestNamesThatTheClusterCompletesAreKnownInAClusterOnly(t *testing.T) {
	file := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(file, []byte("nameserver 10.96.0.10\nsearch futu.svc.k8s.corp svc.k8s.corp. k8s.corp\noptions ndots:5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := clusterNames(file, "10.96.0.1"), []string{"*.futu.svc.k8s.corp", "*.svc.k8s.corp", "*.k8s.corp"}; !slices.Equal(got, want) {
		t.Errorf("in a cluster: %q, want %q", got, want)
	}
	if got := clusterNames(file, ""); got != nil {
		t.Errorf("elsewhere: %q", got)
	}
}

func TestAHostThatIsNoneIsTold(t *testing.T) {
	var c checker
	if got := c.hosts("SERVER_HOSTS", " nas.example , *.tail.example,"); !slices.Equal(got, []string{"nas.example", "*.tail.example"}) || len(c.problems) > 0 {
		t.Errorf("got %q, %v", got, c.problems)
	}
	c.hosts("SERVER_HOSTS", "https://nas.example,nas.example:8000")
	if len(c.problems) != 2 {
		t.Errorf("problems: %v", c.problems)
	}
}

package daemon

import (
	"net"
	"slices"
	"strconv"
	"testing"
)

func TestAPortIsChosenThatIsFreeAndThatNoConnectionGetsByItself(t *testing.T) {
	for _, c := range []struct {
		kernels string
		in, out []int
	}{
		{"32768\t60999\n", []int{10000, 32767, 61000, 65535}, []int{9999, 32768, 60999}},
		{"1024 65535", []int{10000, 40000, 65535}, nil},
		{"10100 65535", []int{10000, 10099}, []int{10100}},
		{"", []int{10000, 65535}, nil},
		{"many", []int{10000, 65535}, nil},
	} {
		var got []int
		for from, i := outside(c.kernels), 0; i < from.count(); i++ {
			got = append(got, from.at(i))
		}
		if first, last := got[0], got[len(got)-1]; first < lowestPort || last > highestPort || !slices.IsSorted(got) {
			t.Errorf("%q: from %d to %d", c.kernels, first, last)
		}
		for _, p := range c.in {
			if !slices.Contains(got, p) {
				t.Errorf("%q: %d is missing", c.kernels, p)
			}
		}
		for _, p := range c.out {
			if slices.Contains(got, p) {
				t.Errorf("%q: %d is among them", c.kernels, p)
			}
		}
	}
	port, err := ChoosePort("127.0.0.1", "11111")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 10000 {
		t.Errorf("chose %q", port)
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := ChoosePort("192.0.2.1"); err == nil {
		t.Error("a port is free on an address that is not of this machine")
	}
}

func TestWhereItRunsIsNoPartOfWhatAStartDependsOn(t *testing.T) {
	c := Config{Items: []Item{{"ip", "127.0.0.1"}, {"api_port", "11111"}}}
	other := c.With(Item{"api_port", "12345"}, Item{"websocket_port", "12346"})
	if got := other.item("api_port") + other.item("websocket_port") + other.item("ip"); got != "1234512346127.0.0.1" {
		t.Errorf("got %q", got)
	}
	if c.item("api_port") != "11111" || len(c.Items) != 2 {
		t.Errorf("the original is changed: %v", c.Items)
	}
}

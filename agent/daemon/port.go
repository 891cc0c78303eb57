package daemon

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
)

const (
	// lowestPort and highestPort bound the ports that are chosen for the daemon: those below are often something's that is known.
	lowestPort, highestPort = 10_000, 65_535
	// maxChoices bounds how many ports are tried. Almost all of them are free on almost any machine.
	maxChoices = 100
)

// ChoosePort returns a port on an address of this machine that is free now and not among some others. It is none of those that the kernel
// gives to connections that go out: one of these could have it a moment later.
func ChoosePort(host string, others ...string) (string, error) {
	text, _ := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range") // without it nothing is known of them
	candidates := outside(string(text))
	for range maxChoices {
		port := strconv.Itoa(candidates.at(rand.IntN(candidates.count())))
		if slices.Contains(others, port) {
			continue
		}
		if l, err := net.Listen("tcp", net.JoinHostPort(host, port)); err == nil {
			l.Close()
			return port, nil
		}
	}
	return "", fmt.Errorf("find a free port on %s for the daemon's API: %d were tried", host, maxChoices)
}

// ports are those from lowestPort to highestPort without a range of the kernel's.
type ports struct{ low, high int } // of the kernel's range, within theirs; high is below low if it has none of them

// outside are the ports that are not in the kernel's range, or all where that leaves few.
func outside(kernels string) ports {
	all := ports{lowestPort, lowestPort - 1}
	words := strings.Fields(kernels)
	if len(words) != 2 {
		return all
	}
	low, _ := strconv.Atoi(words[0])
	high, _ := strconv.Atoi(words[1])
	if p := (ports{max(low, lowestPort), min(high, highestPort)}); p.low <= p.high && p.count() >= maxChoices {
		return p
	}
	return all
}

func (p ports) count() int { return highestPort - lowestPort - (p.high - p.low) }

// at is the i-th of them, from 0.
func (p ports) at(i int) int {
	port := lowestPort + i
	if port >= p.low {
		port += p.high - p.low + 1
	}
	return port
}

// PortFree returns nil if a daemon could listen on host:port now. setting names what a person changes otherwise.
func PortFree(address, setting string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("the daemon's API cannot listen: %w; stop what uses the port, or change %s", err, setting)
	}
	return l.Close()
}

// With is a copy of c whose config file has other values. Where the daemon listens inside is no part of what a start depends on, so
// [Config.Setup] is asked of the original.
func (c Config) With(items ...Item) Config {
	c.Items = slices.Clone(c.Items)
	for _, item := range items {
		i := slices.IndexFunc(c.Items, func(old Item) bool { return old.Name == item.Name })
		if i < 0 {
			c.Items = append(c.Items, item)
			continue
		}
		c.Items[i] = item
	}
	return c
}

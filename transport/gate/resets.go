package gate

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// KernelResets is how many resets the kernel has sent in this network namespace: it sends one to whoever connects to a port where nobody
// listens. ok is false in the machine's own namespace, where every program's are among them.
func KernelResets() (sent uint64, ok bool) {
	if !ownNamespace() {
		return 0, false
	}
	text, err := os.ReadFile("/proc/self/net/snmp")
	if err != nil {
		return 0, false
	}
	return outResets(string(text))
}

// ownNamespace reports whether the network is not the machine's. Settings that the machine has once are not shown in another namespace.
var ownNamespace = sync.OnceValue(func() bool {
	const folder = "/proc/sys/net/core/"
	_, each := os.Stat(folder + "somaxconn")
	_, once := os.Stat(folder + "netdev_max_backlog")
	return each == nil && os.IsNotExist(once)
})

// outResets finds the count in the two lines of TCP, one of names and one of numbers.
func outResets(snmp string) (sent uint64, ok bool) {
	var names []string
	for line := range strings.Lines(snmp) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "Tcp:" {
			continue
		}
		if names == nil {
			names = words
			continue
		}
		for i, name := range names {
			if name == "OutRsts" && i < len(words) {
				n, err := strconv.ParseUint(words[i], 10, 64)
				return n, err == nil
			}
		}
	}
	return 0, false
}

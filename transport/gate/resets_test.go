package gate

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

const snmp = `Ip: Forwarding DefaultTTL
Ip: 1 64
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
Tcp: 1 200 120000 -1 2402 2008 177 284 0 67666 62200 152 0 465 0
Udp: InDatagrams
Udp: 1
`

func TestTheKernelsResetsAreFoundByName(t *testing.T) {
	if n, ok := outResets(snmp); n != 465 || !ok {
		t.Errorf("got %d, %v", n, ok)
	}
	for _, text := range []string{"", "Tcp: RtoMin\nTcp: 200\n", "Tcp: OutRsts\n", "Tcp: OutRsts\nTcp: many\n"} {
		if n, ok := outResets(text); ok {
			t.Errorf("%q: got %d", text, n)
		}
	}
}

// In a namespace of its own the test knocks at a port where nobody listens, as an SDK does. It runs itself there.
func TestEachAttemptAtAShutPortIsCountedInANetworkOfItsOwn(t *testing.T) {
	if os.Getenv("KNOCK") != "" {
		if err := loopbackUp(); err != nil {
			t.Fatal(err)
		}
		before, ok := KernelResets()
		for range 40 {
			if _, err := net.Dial("tcp", "127.0.0.1:11111"); err == nil {
				t.Fatal("somebody listens")
			}
		}
		after, _ := KernelResets()
		fmt.Println("knocked:", after-before, ok)
		return
	}
	up := exec.Command(os.Args[0], "-test.run="+t.Name())
	up.Env = append(os.Environ(), "KNOCK=1")
	up.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := up.CombinedOutput()
	if err != nil && strings.Contains(err.Error(), "operation not permitted") {
		t.Skip("no network namespace may be made here: ", err)
	}
	if err != nil || !strings.Contains(string(out), "knocked: 40 true") {
		t.Errorf("%v\n%s", err, out)
	}
}

// loopbackUp turns on the loopback, which a new namespace has turned off.
func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
}

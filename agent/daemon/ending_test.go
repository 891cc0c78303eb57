package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// until reads what a process prints until a text is there.
func until(t *testing.T, p *Process, text string) {
	t.Helper()
	timer := time.AfterFunc(testbed.Patience, func() { p.Signal(syscall.SIGKILL) })
	defer timer.Stop()
	var out bytes.Buffer
	for buf := make([]byte, 4096); !strings.Contains(out.String(), text); {
		n, err := p.Read(buf)
		if err != nil {
			t.Fatalf("no %q in %q: %v", text, out.String(), err)
		}
		out.Write(buf[:n])
	}
}

// number waits for a file that a process writes its number into.
func number(t *testing.T, path string) (pid int) {
	t.Helper()
	for deadline := time.Now().Add(testbed.Patience); ; {
		text, _ := os.ReadFile(path)
		if n, _ := fmt.Sscanf(string(text), "%d\n", &pid); n == 1 {
			return pid
		}
		if time.Now().After(deadline) {
			t.Fatalf("no number in %s", path)
		}
	}
}

// soon is a second, and what the machine has else to do. An end that is not noticed takes for ever.
const soon = 4 * time.Second

// lives reports whether a process runs.
func lives(pid int) bool {
	p, ok := look(pid)
	return ok && !p.dead()
}

func TestTheEndOfTheDaemonIsKnownWhateverItLeavesBehind(t *testing.T) {
	if err := Adopt(); err != nil {
		t.Fatal(err)
	}
	// Each starts a program that writes its number into $f and outlives the daemon.
	for name, leave := range map[string]string{
		"a child that holds the terminal":          `(trap '' HUP; sh -c 'echo $$ >'$f'; exec sleep 1000') &`,
		"a child with a session of its own":        `setsid sh -c 'echo $$ >'$f'; exec sleep 1000' &`,
		"a daemon that forks away":                 `(setsid sh -c 'cd /; echo $$ >'$f'; exec sleep 1000' &)`,
		"one that forks away and holds nothing":    `(setsid env -i /bin/sh -c 'echo $$ >'$f'; exec /bin/sleep 1000' </dev/null >/dev/null 2>&1 3>&- &)`,
		"a child that is deaf to TERM and to HUP":  `(trap '' HUP TERM; setsid sh -c 'echo $$ >'$f'; exec sleep 1000') &`,
		"a child that prints for as long as it is": `(trap '' HUP; sh -c 'echo $$ >'$f'; exec yes') &`,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "number")
			c := config(t, "f="+file+"\n"+leave+"\nuntil [ -s $f ]; do sleep 0.01; done\necho bye\nexit 3")
			p, err := Start(c)
			if err != nil {
				t.Fatal(err)
			}
			until(t, p, "bye")
			orphan, began := number(t, file), time.Now()
			if _, err := io.Copy(io.Discard, p); err != nil {
				t.Errorf("its output ends with %v", err)
			}
			if exit := p.Wait(); exit != (agent.Exit{Code: 3}) || time.Since(began) > soon {
				t.Errorf("%v after %v, want exit code 3 within a second", exit, time.Since(began))
			}
			if !lives(orphan) {
				t.Fatal("the orphan has ended before it was looked for")
			}
			left, err := p.Close()
			if err != nil || !strings.Contains(left, fmt.Sprintf("process %d", orphan)) {
				t.Errorf("left behind: %q and %v, want process %d", left, err, orphan)
			}
			if took := time.Since(began); lives(orphan) || took > soon+orphanGrace+killWithin {
				t.Errorf("after %v the orphan lives: %v", took, lives(orphan))
			}
			again := config(t, "exit 0")
			again.Folder = c.Folder
			if p, err = Start(again); err != nil {
				t.Fatal("the next daemon: ", err)
			}
			read(p)
			bury(t, p)
		})
	}
}

func TestADaemonThatClosesItsTerminalHasNotEnded(t *testing.T) {
	p, err := Start(config(t, "echo hello; exec sleep 1000 </dev/null >/dev/null 2>&1"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, p, "hello")
	if _, err := p.Read(make([]byte, 100)); !errors.Is(err, errTerminalClosed) {
		t.Errorf("got %v, want that it runs on", err)
	}
	if err := p.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if exit, left := bury(t, p); exit.Signal != syscall.SIGTERM || left != "" {
		t.Errorf("exit %v, and %q is left", exit, left)
	}
}

func TestATerminalThatIsOpenedAgainAtOnceIsNotClosed(t *testing.T) {
	p, err := Start(config(t, "t=$(tty); echo hello; exec </dev/null >/dev/null 2>&1; sleep 0.1; exec >$t; echo again; sleep 1000"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, p, "again")
	p.Signal(syscall.SIGKILL)
	read(p)
	bury(t, p)
}

func TestTheLastWordsAreReadHoweverLateTheReaderComes(t *testing.T) {
	p, err := Start(config(t, "(trap '' HUP; exec sleep 1000) & seq 500; echo last words; exit 14"))
	if err != nil {
		t.Fatal(err)
	}
	<-p.gone
	p.goneAt = p.goneAt.Add(-time.Minute)
	if out := read(p); !strings.Contains(out, "last words") {
		t.Errorf("of the last words this was read: %q", out)
	}
	bury(t, p)
}

func TestWhatAGatewayLeftThatWasKilledIsEndedByTheNext(t *testing.T) {
	first, err := Start(config(t, "trap '' HUP; (setsid sleep 1000 &); echo ready; sleep 1000"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, first, "ready")
	folder := first.hold.owner.Name()
	next := config(t, "exit 0")
	next.Folder.Home = filepath.Dir(filepath.Dir(folder))
	if _, err := Start(next); !errors.Is(err, errLocked) || next.Folder.Free() == nil {
		t.Fatalf("beside a gateway that lives: %v", err)
	}
	first.hold.Close() // as the kernel does when the gateway is killed; the daemon has the lock still
	if err := next.Folder.Free(); err != nil {
		t.Errorf("the folder of a gateway that is dead: %v", err)
	}
	second, err := Start(next)
	if err != nil {
		t.Fatal(err)
	}
	if len((family{mark: first.hold.mark}).members()) > 0 {
		t.Error("what the first gateway started lives")
	}
	read(first)
	bury(t, first)
	read(second)
	bury(t, second)
}

func TestWhoeverEndsAfterItsParentIsBuriedAndNoExitIsLost(t *testing.T) {
	if err := Adopt(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var burying sync.WaitGroup
	burying.Go(func() { Bury(ctx) })
	defer burying.Wait()
	defer cancel()

	file := filepath.Join(t.TempDir(), "number")
	p, err := Start(config(t, "(sh -c 'echo $$ >"+file+"; exec sleep 0.05' &); read x"))
	if err != nil {
		t.Fatal(err)
	}
	orphan := number(t, file)
	for deadline := time.Now().Add(testbed.Patience); ; {
		if _, there := look(orphan); !there {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d is not buried", orphan)
		}
	}
	p.Signal(syscall.SIGKILL)
	read(p)
	bury(t, p)

	for range 20 {
		p, err := Start(config(t, "(true &) ; (true &); exit 7"))
		if err != nil {
			t.Fatal(err)
		}
		read(p)
		if exit, _ := bury(t, p); exit != (agent.Exit{Code: 7}) {
			t.Fatalf("exit %v, want code 7", exit)
		}
	}
}

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func TestTheExamplesOfVersion2LogInAcrossARestartOfTheGateway(t *testing.T) {
	const token = "correct-horse-battery"
	for _, client := range languages {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			run := client.run(t)
			p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+token)
			c := runClient(t, append(run, example(2, client.file), "ws://"+p.address+"/"), token)
			c.until("type the SMS code:")
			c.types("000000")
			c.until("the code: rejected", "type the SMS code:")

			p.End(syscall.SIGTERM)
			c.until("not connected")
			again := prepare(t, nil)
			again.Cmd.Env, again.address, again.data = p.Cmd.Env, p.address, p.data
			again.start()
			c.until(" boot: ", "type the SMS code:")
			c.types("12")
			c.until("a code is 4 to 8 digits")
			c.types(opendsim.Code)
			c.until("the code: accepted", "-> connected")
			c.end()

			// It is told of each event once and in order, also of those of the time without a gateway.
			entries := again.entries()
			for i, seq := range c.seqs {
				if seq != c.seqs[0]+i {
					t.Fatalf("event %d comes after %d:\n%s", seq, c.seqs[i-1], c.printed)
				}
			}
			if last := int(entries[len(entries)-1].Seq); len(c.seqs) < last/2 || c.seqs[len(c.seqs)-1] > last {
				t.Errorf("%d events up to %d were told, and the journal ends with %d:\n%s", len(c.seqs), c.seqs[len(c.seqs)-1], last, c.printed)
			}
		})
	}
}

// runningClient is an example that runs.
type runningClient struct {
	t        *testing.T
	cmd      *exec.Cmd
	in       io.Writer
	lines    *bufio.Scanner
	printed  string
	seqs     []int // of the events that it printed
	complain *testbed.Tape
}

func runClient(t *testing.T, command []string, token string) *runningClient {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience) // it may have to be compiled
	t.Cleanup(cancel)
	c := &runningClient{t: t, cmd: exec.CommandContext(ctx, command[0], command[1:]...), complain: testbed.NewTape()}
	c.cmd.Env = append(os.Environ(), "SERVER_TOKEN="+token, "no_proxy=*", "NO_PROXY=*")
	// go run has a child of its own; both go when the time is up.
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.cmd.Cancel = func() error { return syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) }
	c.cmd.WaitDelay = time.Second
	c.cmd.Stderr = c.complain
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.in, c.lines = in, bufio.NewScanner(out)
	t.Cleanup(c.end)
	return c
}

var eventLine = regexp.MustCompile(`^(\d+) \w+: \w+ -> \w+$`)

// until reads what the client prints until all of these texts were in it, in any order.
func (c *runningClient) until(texts ...string) {
	c.t.Helper()
	missing := map[string]bool{}
	for _, text := range texts {
		missing[text] = true
	}
	for len(missing) > 0 {
		if !c.lines.Scan() {
			c.t.Fatalf("it ended without %q; it printed\n%s%s", texts, c.printed, c.complain)
		}
		line := c.lines.Text()
		c.printed += line + "\n"
		if m := eventLine.FindStringSubmatch(line); m != nil {
			seq, _ := strconv.Atoi(m[1])
			c.seqs = append(c.seqs, seq)
		}
		for text := range missing {
			if strings.Contains(line, text) {
				delete(missing, text)
			}
		}
	}
}

func (c *runningClient) types(line string) { io.WriteString(c.in, line+"\n") }

// end ends it, as it would run for ever.
func (c *runningClient) end() {
	if c.cmd.ProcessState == nil {
		c.cmd.Cancel()
		c.cmd.Wait()
	}
}

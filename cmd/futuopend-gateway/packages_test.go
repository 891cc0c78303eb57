package main

import (
	"bytes"
	"io"
	"net"
	"os/exec"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
)

// What programs do with the packages for Python and JavaScript, and both must do alike.

// packaged runs what a user of one of the packages writes.
type packaged interface {
	flow(t *testing.T, token, name, address string, more ...string) *runningClient
}

const packageToken = "correct-horse-battery"

// botGivesCodes is a program that lives through a restart of the gateway, and says so when quotes work.
func botGivesCodes(t *testing.T, in packaged, name, ready string) {
	t.Helper()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"), "SERVER_TOKEN="+packageToken)
	c := in.flow(t, packageToken, name, p.address)
	c.until("type the SMS code: []")
	c.types("12")
	c.until("type the SMS code: [a code is 4 to 8 digits, for example 123456; nothing was typed]")
	c.types("000000")
	c.until("code_rejected", "type the SMS code: [the code was wrong or too old]")

	p.End(syscall.SIGTERM)
	again := prepare(t, nil)
	again.Cmd.Env, again.address, again.data = p.Cmd.Env, p.address, p.data
	again.start()
	again.state(fsm.AwaitingCode)
	c.types("271828") // for the SMS of the login before: it is not sent
	c.until(" boot: ", "type the SMS code: []")
	c.types("Your Futu code is " + opendsim.Code + ".")
	c.until("-> connected", ready)
	c.until("ended")
	c.finishes()

	if typed := again.kinds(fsm.CodeTyped); typed != 2 {
		t.Errorf("%d codes were typed, want 2", typed)
	}
	for i, seq := range c.seqs { // each event once and in order, also those of the time without a gateway
		if seq != c.seqs[0]+i {
			t.Fatalf("event %d comes after %d:\n%s", seq, c.seqs[i-1], c.printed)
		}
	}
}

// botLosesTheConnection before it hears what became of its code.
func botLosesTheConnection(t *testing.T, in packaged) {
	t.Helper()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	c := in.flow(t, "", "code", p.cutting("POST /code"))
	c.until("code -> accepted")
	c.finishes()
	if typed := p.kinds(fsm.CodeTyped); typed != 1 {
		t.Errorf("the code was typed %d times", typed)
	}
}

// botLosesTheGateway while the code is verified, and nobody ever knows what became of it.
func botLosesTheGateway(t *testing.T, in packaged) {
	t.Helper()
	p := start(t, "FUTU_CMD="+script(t, "-scenario=sms"))
	p.state(fsm.AwaitingCode)
	for _, pid := range p.children() { // it will not say whether the code is right
		if out, err := exec.Command("kill", "-STOP", pid).CombinedOutput(); err != nil {
			t.Fatalf("stop the daemon: %v: %s", err, out)
		}
	}
	c := in.flow(t, "", "code", p.address)
	p.state(fsm.Verifying)
	p.End(syscall.SIGKILL)
	again := prepare(t, nil)
	again.Cmd.Env, again.address = append(p.Cmd.Env, "FUTU_INIT_ON_START=no"), p.address
	again.start()
	c.until("code -> timeout")
	c.finishes()
}

// cutting is an address that leads to the gateway. A connection on which such a request comes is cut instead of answered.
func (p *process) cutting(request string) (address string) {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { l.Close() })
	pass := func(client net.Conn) { // ends with the connection
		defer client.Close()
		gateway, err := net.Dial("tcp", p.address)
		if err != nil {
			return
		}
		defer gateway.Close()
		first := make([]byte, 4<<10)
		n, _ := client.Read(first)
		gateway.Write(first[:n])
		if !bytes.HasPrefix(first[:n], []byte(request)) {
			go func() { io.Copy(gateway, client); gateway.Close() }()
			io.Copy(client, gateway)
			return
		}
		go io.Copy(gateway, client) // the body
		gateway.Read(first)         // the gateway has answered, and nobody is told
	}
	go func() { // ends with the listener
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go pass(client)
		}
	}()
	return l.Addr().String()
}

// finishes reads the rest, and wants it to end well.
func (c *runningClient) finishes() {
	c.t.Helper()
	for c.lines.Scan() {
		c.printed += c.lines.Text() + "\n"
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatalf("it ended with %v; it printed\n%s%s", err, c.printed, c.complain)
	}
}

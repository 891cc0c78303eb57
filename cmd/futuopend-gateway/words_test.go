package main

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/daemon"
	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

func TestAPictureInTheFolderOfTheProgramIsServed(t *testing.T) {
	p := start(t, "FUTU_CMD="+script(t, "-scenario=captcha-elsewhere", "-generation=9"), "FUTU_LANG=chs")
	c := p.connect()
	c.want("when a picture is to be read", `{"type":"REQUEST_CAPTCHA"}`)
	if png := p.picture(); !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("the picture begins with %.8q", png)
	}
	resp, err := http.Get("http://" + p.address + "/captcha.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if got := resp.Header.Get("Content-Type"); got != "image/png" {
		t.Errorf("its type is %q", got)
	}
	p.post("/captcha", `{"answer":"`+opendsim.Captcha+`"}`)
	c.want("after the right answer", connected)
}

func TestTheLogOfADaemonThatSaysNothingTellsItsStatus(t *testing.T) {
	began := time.Now()
	program := script(t, "-scenario=silent-code", "-auto_sms=0")
	p := start(t, "FUTU_CMD="+program, "FUTU_LOG_LEVEL=info")
	p.happened(fsm.LoggingIn, 0)
	c := daemon.Config{Folder: daemon.Folder{Home: filepath.Dir(program)}}
	for limit := time.Now().Add(testbed.Patience); c.Status(began) != "NeedPhoneVerifyCode"; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("its log says %q", c.Status(began))
		}
	}
	if code, _ := p.End(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

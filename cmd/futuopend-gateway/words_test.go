package main

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
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

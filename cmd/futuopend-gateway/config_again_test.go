package main

import (
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestAPasswordFileThatIsCorrectedIsReadAtTheNextStart(t *testing.T) {
	const wrong = "wrong-horse-marker"
	file := filepath.Join(t.TempDir(), "password")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(wrong + "\n")
	p := start(t, "FUTU_CMD="+script(t, "-scenario=ok", "-generation=interactive", "-password="+testPassword),
		"FUTU_LOGIN_PWD_MD5=", "FUTU_LOGIN_PWD_FILE="+file, "FUTU_RECORD=yes")
	refused := p.happened(fsm.PasswordWrong, 0)
	p.happened(fsm.Exited, refused.Seq)

	for text, says := range map[string]string{"": "empty", "one\ntwo\n": "line", "\"" + testPassword + "\"": "quotes"} {
		write(text)
		if status, problem := p.answer("POST", "/init", "", ""); status != http.StatusConflict || problem.Code != "secrets_unusable" {
			t.Errorf("%q: %d %s", text, status, problem.Code)
		}
		p.until(p.Stderr, says)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if status, problem := p.answer("POST", "/init", "", ""); status != http.StatusConflict {
		t.Errorf("without the file: %d %s", status, problem.Code)
	}
	p.until(p.Stderr, "cannot be read")
	if got := p.kinds(fsm.Start); got != 1 {
		t.Errorf("%d starts with files that cannot be used", got)
	}

	write(testPassword + "\n")
	if status := p.post("/init", `{}`); status != http.StatusAccepted {
		t.Fatalf("with the right one: %d", status)
	}
	p.happened(fsm.LoggedIn, refused.Seq)
	p.End(syscall.SIGTERM)
	p.searchFor(wrong, testPassword, sumOf(wrong), sumOf(testPassword))
}

package notify

import (
	"os"
	"strings"
	"testing"
)

func TestAccountIsMaskedToItsLastThreeDigits(t *testing.T) {
	for account, want := range map[string]string{
		"12345678": "…678", "+86 13800138000": "…000", "someone@example.com": "…", "12345": "…", "": "…",
	} {
		if got := Masked(account); got != want {
			t.Errorf("%q is shown as %q, want %q", account, got, want)
		}
	}
}

func TestDaemonsWordsAreBounded(t *testing.T) {
	n := &Notifier{}
	if got := []rune(n.plain(strings.Repeat("长 \n", 1000))); len(got) != maxDetail+1 {
		t.Errorf("%d characters are left", len(got))
	}
}

func TestURLThatCannotBeUsedIsToldWithoutItsSecrets(t *testing.T) {
	for raw, want := range map[string]string{
		"TopSecret42":                           "does not begin with a service that is known, such as ntfy:// or telegram://",
		"TopSecret42://x":                       "does not begin with a service that is known, such as ntfy:// or telegram://",
		"teams://group@tenant/alt/owner?host=h": "is for teams, which messages reach by way of apprise://",
		"logger://":                             "does not begin with a service that is known, such as ntfy:// or telegram://",
		"telegram://TopSecret42@telegram":       "begins as one for telegram, and the rest is not what telegram wants",
		"telegram://1:TopSecret42@telegram":     "begins as one for telegram, and the rest is not what telegram wants",
		"ntfy://h/":                             "begins as one for ntfy, and the rest is not what ntfy wants",
		"ntfy://h/TopSecret42?x=y":              "begins as one for ntfy, and the rest is not what ntfy wants",
		"ntfy://%zz/TopSecret42":                "begins as one for ntfy, and the rest is not what ntfy wants",
		"ntfy://h/TopSecret42,generic://h/x":    "is for ntfy and has another URL after a comma; separate URLs by blanks or newlines",
		"slack://":                              "begins as one for slack, and the rest is not what slack wants",
		"matrix://user:TopSecret42@/":           "begins as one for matrix, and the rest is not what matrix wants",
		"ntfy://h/t?actions=view,Go,https://x":  "",
		"matrix://user:TopSecret42@host.test":   "", // it logs in, but not here
		"generic+https://h.test/TopSecret42":    "",
	} {
		got := ""
		if _, err := Targets(raw); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", raw, got, want)
		}
	}
}

func TestThePagesNameEveryService(t *testing.T) {
	for _, page := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range Services() {
			if !strings.Contains(string(text), "`"+name+"`") && !strings.Contains(string(text), "`"+name+"://") && !strings.Contains(string(text), "`"+name+"+") {
				t.Errorf("%s does not name %s", page, name)
			}
		}
	}
}

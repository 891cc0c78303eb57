package notify

import (
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
		"TopSecret42":                          "does not begin with a service that shoutrrr knows, such as ntfy:// or telegram://",
		"TopSecret42://x":                      "does not begin with a service that shoutrrr knows, such as ntfy:// or telegram://",
		"logger://":                            "does not begin with a service that shoutrrr knows, such as ntfy:// or telegram://",
		"telegram://TopSecret42@telegram":      "begins as one for telegram, and the rest is not what shoutrrr wants there",
		"telegram://1:TopSecret42@telegram":    "begins as one for telegram, and the rest is not what shoutrrr wants there",
		"ntfy://h/":                            "begins as one for ntfy, and the rest is not what shoutrrr wants there",
		"ntfy://h/TopSecret42?x=y":             "begins as one for ntfy, and the rest is not what shoutrrr wants there",
		"ntfy://%zz/TopSecret42":               "begins as one for ntfy, and the rest is not what shoutrrr wants there",
		"ntfy://h/TopSecret42,generic://h/x":   "is for ntfy and has another URL after a comma; separate URLs by blanks or newlines",
		"slack://":                             "begins as one for slack, and the rest is not what shoutrrr wants there",
		"matrix://user:TopSecret42@/":          "begins as one for matrix, and the rest is not what shoutrrr wants there",
		"ntfy://h/t?actions=view,Go,https://x": "",
		"matrix://user:TopSecret42@host.test":  "", // it logs in, but not here
		"generic+https://h.test/TopSecret42":   "",
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

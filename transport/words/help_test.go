package words

import (
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

func TestEachClassLeadsToARowThatIsThere(t *testing.T) {
	for _, lang := range Languages() {
		for _, class := range fsm.Grounds() {
			link := Help(lang, class)
			if link == "" {
				continue
			}
			page, anchor, _ := strings.Cut(strings.TrimPrefix(link, pages), "#")
			if text := prose.Read(t, page); strings.Count(text, `<a id="`+anchor+`"></a>`) != 1 {
				t.Errorf("%s has no row, or several, with <a id=%q></a>; a class that needs none is one of usual", page, anchor)
			}
		}
	}
	if got := Help(Chinese, fsm.PasswordWrong); !strings.HasSuffix(got, "/agent/README.zh-CN.md#password_wrong") {
		t.Errorf("a failed login leads to %q", got)
	}
	if got := Help(English, fsm.Start) + Help(English, "unheard_of"); got != "" {
		t.Errorf("what needs no help leads to %q", got)
	}
}

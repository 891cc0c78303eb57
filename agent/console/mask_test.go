package console

import (
	"strings"
	"testing"
	"time"
)

const sum = "5f4dcc3b5aa765d61d8327deb882cf99"

// shown is what a person sees of a line.
func shown(p *Parser, line string) string {
	out := ""
	for _, l := range p.Write([]byte(line+"\n"), time.Time{}) {
		out += l.Text
	}
	return out
}

func TestAnMD5IsHiddenInEitherCase(t *testing.T) {
	p := NewParser([]string{sum})
	for _, printed := range []string{sum, strings.ToUpper(sum), "5F4dcc3b5aa765d61d8327deb882cf99"} {
		if got := shown(p, "the sum "+printed+", twice "+printed+"."); got != "the sum ******, twice ******." {
			t.Errorf("shown as %q", got)
		}
	}
}

func TestASecretAtTheEndOfALineThatIsCutIsHidden(t *testing.T) {
	for _, secret := range []string{sum, "correct-horse"} {
		p := NewParser([]string{secret})
		for n := 2; n < len(secret); n++ {
			got := shown(p, strings.Repeat("x", maxLine-n)+secret)
			if strings.Contains(got, secret[:n]) || !strings.HasSuffix(got, hidden) {
				t.Fatalf("%d characters of it are shown: …%q", n, got[len(got)-40:])
			}
		}
	}
}

func TestCharactersThatNobodySeesAreDropped(t *testing.T) {
	p := NewParser(nil)
	if got := shown(p, "a\u202eb\u200bc\u2066d\ufeffe\u2028f\u0085g"); got != "abcdefg" {
		t.Errorf("got %q", got)
	}
}

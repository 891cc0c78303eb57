package console

import (
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// What stands at a bound, or one beside it. testdata/mutants.md has the bounds that nothing can be seen of.

func TestACodeIsFourToEightDigitsFromZeroToNine(t *testing.T) {
	for code, want := range map[string]bool{
		"0909": true, "9000": true, "00000000": true, "090": false, "000000000": false,
		"123/": false, "123:": false, "12 4": false, "１２３４": false,
	} {
		if got := ValidCode(code); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}

func TestDigitsWithinALongerNumberAreNoCode(t *testing.T) {
	for line, want := range map[string]string{
		"port 01234 is taken": "port 01234 is taken", "port 91234 is taken": "port 91234 is taken",
		"port 12340 is taken": "port 12340 is taken", "port 12349 is taken": "port 12349 is taken",
		"the code 1234 came": "the code ****** came", "/1234:": "/******:",
	} {
		p := NewParser([]string{"1234"})
		if got := shown(p, line); got != want {
			t.Errorf("%q is shown as %q, want %q", line, got, want)
		}
	}
}

func TestAnMD5ThatStandsTwiceInARowIsHiddenTwice(t *testing.T) {
	if got := shown(NewParser([]string{sum}), "x"+sum+sum+"y"); got != "x************y" {
		t.Errorf("shown as %q", got)
	}
}

func TestOnlyTheBeginningOfASecretIsHiddenAtTheEndOfALineThatIsCut(t *testing.T) {
	for _, secret := range []string{sum, "correct-horse"} {
		for end, want := range map[string]string{secret[:3]: hidden, secret[:2]: hidden, secret[:1]: secret[:1], "xy": "xy"} {
			text := strings.Repeat("-", maxLine-len(end))
			if got := shown(NewParser([]string{secret}), text+end+"and what is cut off"); got != text+want {
				t.Errorf("%q at the end is shown as %q", end, got[len(text)-3:])
			}
		}
		// A line that is shorter by more than a character was not cut.
		whole := strings.Repeat("-", maxLine-4-3) + secret[:3]
		if got := shown(NewParser([]string{secret}), whole); got != whole {
			t.Errorf("a line of %d bytes is taken for one that is cut: it ends in %q", len(whole), got[len(got)-8:])
		}
	}
}

func TestAsManySecretsAsAreTypedInAMinuteAreRemembered(t *testing.T) {
	p := NewParser([]string{"for-ever", "as-well"})
	typed := []string{"10001", "10002", "10003", "10004", "10005", "10006", "10007", "10008", "10009"}
	for _, code := range typed {
		p.Expect("input_phone_verify_code -code="+code, code)
	}
	for i, code := range typed {
		want := "it was ******."
		if i < len(typed)-maxTyped {
			want = "it was " + code + "."
		}
		if got := shown(p, "it was "+code+"."); got != want {
			t.Errorf("number %d of %d: %q, want %q", i+1, len(typed), got, want)
		}
	}
	if got := shown(p, "for-ever and as-well"); got != "****** and ******" {
		t.Errorf("the secrets of the settings are shown as %q", got)
	}
}

func TestADetailIsCutAtACharactersBorder(t *testing.T) {
	for name, c := range map[string]struct{ reason, want string }{
		"exactly as long":        {strings.Repeat("y", maxDetail), strings.Repeat("y", maxDetail)},
		"one byte longer":        {strings.Repeat("y", maxDetail+1), strings.Repeat("y", maxDetail)},
		"a character at the cut": {strings.Repeat("因", maxDetail), strings.Repeat("因", maxDetail/3)},
	} {
		if got := one(t, "登录失败："+c.reason); got.Kind != fsm.LoginFailed || got.Detail != c.want {
			t.Errorf("%s: %s with %d bytes, want %d", name, got.Kind, len(got.Detail), len(c.want))
		}
	}
}

func TestWhatCannotBeSeenIsLeftOutOfALineWithoutASCII(t *testing.T) {
	for _, hiddenRune := range []string{"\u200b", "\u202e", "\u2028", "\u2029", "\u0085", "\ufeff", "\u00ad", "\U000e0001"} {
		if got := shown(NewParser(nil), "登录"+hiddenRune+"成功"); got != "登录成功" {
			t.Errorf("%U: %q", []rune(hiddenRune)[0], got)
		}
	}
	for _, seen := range []string{"é", "‐", "⁰", "　", "\ufe0f", "\ufffd", "𝄞", "牛"} {
		if got := shown(NewParser(nil), "登录"+seen+"成功"); got != "登录"+seen+"成功" {
			t.Errorf("%q is shown as %q", seen, got)
		}
	}
}

func TestTwoPhrasesWithoutAJointMeanNothing(t *testing.T) {
	if got := one(t, "登录成功登录成功"); got.Kind != "" {
		t.Errorf("got %s", got.Kind)
	}
	if got := one(t, "登录成功,登录成功"); got.Kind != fsm.LoggedIn {
		t.Errorf("joined: got %q", got.Kind)
	}
}

func TestThePathOfAPictureNeedNotBeAbsolute(t *testing.T) {
	for line, want := range map[string]string{"图形验证码已下载到: 图片/p.png": "图片/p.png", "Graphic verification code downloaded to p.png": "p.png"} {
		if got := one(t, line); got.Kind != fsm.CaptchaSaved || got.Detail != want {
			t.Errorf("%q: got %q %q", line, got.Kind, got.Detail)
		}
	}
}

func TestEscapeSequencesEndWhereTheirGrammarSays(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b( Bx": "x", "\x1b(/Bx": "x", "\x1b(0x": "x", // what stands between, and the first that ends
		"\x1b[@x": "x", "\x1b[3~x": "x", "\x1b[?25hx": "x", // the first and the last that end one
	} {
		if got := shown(NewParser(nil), in); got != want {
			t.Errorf("%q is shown as %q", in, got)
		}
	}
}

func TestAWordIsAtMostSixtyFourBytes(t *testing.T) {
	for n, want := range map[int]fsm.Kind{1: fsm.BadParameter, maxWord: fsm.BadParameter, maxWord + 1: ""} {
		if got := one(t, "指定参数"+strings.Repeat("w", n)+"错误"); got.Kind != want {
			t.Errorf("%d bytes: got %q, want %q", n, got.Kind, want)
		}
	}
	if got := one(t, "指定参数错误"); got.Kind != "" {
		t.Errorf("without a word: got %q", got.Kind)
	}
}

func TestTheFirstOfTwoStatusesInEitherCaseCounts(t *testing.T) {
	for _, line := range []string{
		"US LV1, Permission Status: Normal permission status: x", "US LV1, permission status: Normal Permission Status: x",
	} {
		text, _, _ := strings.Cut(line, ",")
		if got := indexFold(line, "permission status"); got != len(text)+2 {
			t.Errorf("%q: found at %d, want %d", line, got, len(text)+2)
		}
	}
	if got := one(t, "US: LV1, Permission Status: Normal"); got.Kind != fsm.QuoteRight || got.Detail != "US: LV1" {
		t.Errorf("got %q %q", got.Kind, got.Detail)
	}
}

func TestALineIsTakenUpToItsBound(t *testing.T) {
	p := NewParser(nil)
	for n, want := range map[int]int{maxLine - 1: maxLine - 1, maxLine: maxLine, maxLine + 1: maxLine} {
		if lines := p.Write([]byte(strings.Repeat("z", n)+"\n"), time.Time{}); len(lines) != 1 || len(lines[0].Text) != want {
			t.Errorf("%d bytes: %d lines", n, len(lines))
		}
	}
}

func TestAReasonThatSaysNothingIsStillTheReason(t *testing.T) {
	if got := one(t, "登录失败 请稍后重试"); got.Kind != fsm.LoginFailed || got.Detail != "请稍后重试" {
		t.Errorf("got %q %q", got.Kind, got.Detail)
	}
}

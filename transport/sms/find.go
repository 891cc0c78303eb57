package sms

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// Max bounds a text, in bytes. The longest SMS of ten parts in UTF-8 has 2010; what is longer is looked at as far as this.
const Max = 4096

// Why a text gives no code.
var (
	// ErrNone says that nothing in the text can be a code.
	ErrNone = errors.New("there is no code in the text; a code is 4 to 8 digits")
	// ErrSeveral says that the text has two codes, and nothing tells which one is meant.
	ErrSeveral = errors.New("there are several codes in the text, and nothing tells which one is meant; send the right one alone")
)

// Found is a code, and what the text around it says.
type Found struct {
	Code string // 4 to 8 ASCII digits
	Bare bool   // the text is nothing but the code, in groups or not
	Ours bool   // the text names Futu or moomoo, as their SMS do
}

// Find returns the code in a text: the whole text, if that is 4 to 8 digits, in groups or not; else the number of 4 to 8 digits that
// follows a word like 验证码 or code most closely; else the only one of six digits. Years, dates, times, amounts, tails
// of accounts and phone numbers are none. It returns [ErrNone] or [ErrSeveral].
func Find(text string) (Found, error) {
	text = strings.TrimSpace(fold(text))
	if !strings.ContainsAny(text, "0123456789") {
		return Found{}, ErrNone // what looks further takes milliseconds for a long text
	}
	f := Found{Ours: ours().MatchString(text)}
	if only().MatchString(text) {
		return Found{Code: text, Bare: true}, nil
	}
	if alone := split(text, 0, len(text)); grouped().MatchString(text) && len(alone) == 1 && len(alone[0].digits) >= 4 {
		return Found{Code: alone[0].digits, Bare: true}, nil
	}
	numbers := candidates(text)
	if code, err := afterWord(text, numbers); code != "" || err != nil {
		f.Code = code
		return f, err
	}
	code, err := single(numbers, func(n number) bool { return len(n.digits) == 6 })
	if code == "" && err == nil && words().MatchString(text) {
		code, err = single(numbers, func(number) bool { return true })
	}
	if code == "" && err == nil {
		err = ErrNone
	}
	f.Code = code
	return f, err
}

// fold makes one form of what looks alike: full width digits and signs, other compatibility forms, dashes and blanks.
// What nobody sees is left out: some senders put it between digits.
func fold(text string) string {
	if len(text) > Max {
		text = strings.ToValidUTF8(text[:Max], "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u2010' || r == '\u2011' || r == '\u2012' || r == '\u2013' || r == '\u2014' || r == '\u2212':
			return '-'
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
			return -1
		case r == '\u00a0' || r == '\t':
			return ' '
		}
		return r
	}, norm.NFKC.String(text))
}

// number is a run of digits that can be a code: where it stands in the folded text, and its digits without what joins them.
type number struct {
	from, to int
	digits   string
}

// candidates are the numbers of a folded text that can be codes, in their order.
func candidates(text string) (out []number) {
	taken := others(text)
	for _, at := range runs().FindAllStringIndex(text, -1) {
		for _, n := range split(text, at[0], at[1]) {
			if len(n.digits) >= 4 && len(n.digits) <= 8 && !within(n, taken) && !aDate(n.digits) && !inWord(text, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// split makes numbers of a run of digits: one, if it stands in groups of the same length with one blank or hyphen between
// them, as 314 159, and is no longer than a code; else each group is one.
func split(text string, from, to int) (out []number) {
	whole := number{from: from, to: to}
	same := true
	for at := from; at < to; {
		end := at
		for end < to && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		out = append(out, number{at, end, text[at:end]})
		whole.digits += text[at:end]
		same = same && end-at == len(out[0].digits)
		at = end + 1
	}
	if same && len(out) > 1 && len(whole.digits) <= 8 {
		return []number{whole}
	}
	return out
}

// inWord reports whether letters of the Latin script touch a number: it is a name then, as B2026 is. The G- of another
// sender's codes is a prefix.
func inWord(text string, n number) bool {
	latin := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || text[i] == '_')
	}
	return latin(n.from-1) || latin(n.to)
}

// aDate reports whether digits alone are a year, or a day as 20261126.
func aDate(digits string) bool {
	if digits[:2] != "19" && digits[:2] != "20" {
		return false
	}
	return len(digits) == 4 || len(digits) == 8 && digits[4:6] >= "01" && digits[4:6] <= "12" && digits[6:] >= "01" && digits[6:] <= "31"
}

func within(n number, taken [][]int) bool {
	return slices.ContainsFunc(taken, func(at []int) bool { return n.from < at[1] && at[0] < n.to })
}

// afterWord is the number that follows a word for a code most closely in its sentence. Two that follow as closely are
// several.
func afterWord(text string, numbers []number) (code string, err error) {
	nearest := Max
	for _, word := range words().FindAllStringIndex(text, -1) {
		i := slices.IndexFunc(numbers, func(n number) bool { return n.from >= word[1] })
		if i < 0 || ends().MatchString(text[word[1]:numbers[i].from]) {
			continue
		}
		n, distance := numbers[i], numbers[i].from-word[1]
		switch {
		case distance < nearest:
			nearest, code, err = distance, n.digits, nil
		case distance == nearest && n.digits != code:
			err = ErrSeveral
		}
	}
	if err != nil {
		code = ""
	}
	return code, err
}

// single is the only number of some kind; one that is said twice is one.
func single(numbers []number, fits func(number) bool) (code string, err error) {
	for _, n := range numbers {
		switch {
		case !fits(n), n.digits == code:
		case code != "":
			return "", ErrSeveral
		default:
			code = n.digits
		}
	}
	return code, nil
}

// The patterns are compiled when the first text comes: most gateways see one a month, and a start should not wait.
var (
	only    = compiled(`^[0-9]{4,8}$`)
	grouped = compiled(`^[0-9]+(?:[ -][0-9]+)+$`) // a code as some write it, and nothing else
	runs    = compiled(`[0-9]+(?:[ -][0-9]+)*`)
	ours    = compiled(`(?i)富途|牛牛|\bfutu(?:bull|nn|hk)?\b|moomoo`)
	// A word for a code, with what may stand before its number. "postcode", "codes of conduct" and the like are none.
	words = compiled(`(?i)验证码|驗證碼|校验码|校驗碼|认证码|認證碼|动态码|動態碼|\bcode\b|\botp\b|\bpasscode\b`)
	// What ends a sentence. A full stop does when a blank or nothing follows: 3.14 is one number.
	ends = compiled(`[。!?;]|\.(?:\s|$)|\n\s*\n`)
)

// compiled is a pattern that is compiled on first use.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

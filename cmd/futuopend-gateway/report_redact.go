package main

import (
	"cmp"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// redactor takes out of a text what is the person's own, for a report that strangers read: account, secrets, codes, addresses, names and
// paths. It rather takes too much than too little.
type redactor struct {
	known []known // longest first, so that a path goes before the folder above it
}

// known is a text that is the person's own, and what stands in its place.
type known struct {
	text, name string
	word       bool // only where it stands alone: it is short, and may be part of other words
}

// newRedactor knows what the settings and this machine tell. cfg is zero where the settings could not be understood.
func newRedactor(e environment, cfg config) *redactor {
	r := &redactor{}
	for _, s := range append(slices.Clone(cfg.secrets), e.Password, e.PasswordMD5, e.SocketKey, e.Token, e.AnswerToken, e.ReadToken, e.Heartbeat) {
		r.add(s, "(secret)")
	}
	for _, s := range strings.Fields(e.NotifyURLs) {
		r.add(s, "(secret)")
	}
	r.addWord(e.Name, "(name)")
	account := strings.TrimSpace(e.Account)
	r.add(account, "(account)")
	if _, number, ok := strings.Cut(account, " "); ok {
		r.add(strings.TrimSpace(number), "(account)")
	}
	for _, s := range set(e) {
		if strings.HasPrefix(s.value, "/") && s.value != s.standard {
			r.add(strings.TrimRight(s.value, "/"), "("+s.name+")")
		}
	}
	if u, err := daemon.CurrentUser(); err == nil {
		r.add(u.HomeDir, "~")
		r.addWord(u.Username, "(user)")
	}
	if host, err := os.Hostname(); err == nil {
		r.addWord(host, "(host)")
	}
	slices.SortStableFunc(r.known, func(a, b known) int { return cmp.Compare(len(b.text), len(a.text)) })
	return r
}

// ours are words of this program's own vocabulary, which tell nothing although a user or a machine has the name.
var ours = []string{"root", "futu", "futuopend", "opend", "gateway", "daemon", "user", "localhost", "nobody", "moomoo"}

// add takes out a text wherever it stands. What is shorter than three bytes would cut holes into everything.
func (r *redactor) add(text, name string) {
	if len(text) >= 3 && text != "/opt" && text != "/root" {
		r.known = append(r.known, known{text: text, name: name})
	}
}

func (r *redactor) addWord(text, name string) {
	if len(text) >= 2 && !slices.Contains(ours, text) {
		r.known = append(r.known, known{text, name, true})
	}
}

var (
	eMail = compiled(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	// A link of the broker's may be for one account: what follows ? or # is left out. Other links are the person's.
	link = compiled(`(?i)\b([a-z][a-z0-9+.-]*)://([^\s/?#'"<>，。]+)([^\s?#'"<>，。]*)([?#][^\s'"<>，。]*)?`)
	// brokers and this project may be named.
	public = compiled(`(?i)(?:^|\.)(?:futunn|futuhk|futu5|moomoo|github|futustatic)\.com$`)
	// A path has two parts at least: 1/2 is none.
	somePath = compiled(`(^|[^\w~)>./:-])((?:/[^\s/:'"<>|,;，。；：()]+){2,}/?)`)
	// Where every machine has the same.
	common  = compiled(`^/(?:opt/opend|usr|lib|lib64|proc|dev|etc|bin|sbin|sys)(?:/|$)`)
	address = compiled(`[0-9a-fA-F]*[:.][0-9a-fA-F:.]+`)
	digits  = compiled(`[0-9]{4,}`)
)

// clean returns text without what is the person's own.
func (r *redactor) clean(text string) string {
	for _, k := range r.known {
		text = k.takeOut(text)
	}
	text = eMail().ReplaceAllString(text, "(e-mail)")
	text = link().ReplaceAllStringFunc(text, func(s string) string {
		m := link().FindStringSubmatch(s)
		if !public().MatchString(m[2]) {
			return "(link)"
		}
		if m[4] != "" {
			m[4] = "?…"
		}
		return m[1] + "://" + m[2] + m[3] + m[4]
	})
	text = somePath().ReplaceAllStringFunc(text, func(s string) string {
		m := somePath().FindStringSubmatch(s)
		if common().MatchString(m[2]) {
			return s
		}
		return m[1] + "(path)"
	})
	text = address().ReplaceAllStringFunc(text, hideAddress)
	return hideDigits(text)
}

func (k known) takeOut(text string) string {
	if !k.word {
		return strings.ReplaceAll(text, k.text, k.name)
	}
	var b strings.Builder
	for {
		i := strings.Index(text, k.text)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		rest := text[i+len(k.text):]
		alone := (i == 0 || !inWord(text[i-1])) && (rest == "" || !inWord(rest[0]))
		b.WriteString(text[:i])
		if alone {
			b.WriteString(k.name)
		} else {
			b.WriteString(k.text)
		}
		text = rest
	}
}

func inWord(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// hideAddress hides an IP address that is not of this machine alone, and keeps its port.
func hideAddress(s string) string {
	port := ""
	ip, err := netip.ParseAddr(s)
	if err != nil {
		with, err := netip.ParseAddrPort(s)
		if err != nil {
			return s
		}
		ip, port = with.Addr(), s[strings.LastIndexByte(s, ':'):]
	}
	if ip.IsLoopback() || ip.IsUnspecified() {
		return s
	}
	return "(address)" + port
}

// hideDigits hides numbers that may be a code, an account or a phone. What belongs to a version, a date, a time or a port of
// an address is left.
func hideDigits(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range digits().FindAllStringIndex(text, -1) {
		b.WriteString(text[end:at[0]])
		if run := text[at[0]:at[1]]; partOf(text, at[0], at[1]) {
			b.WriteString(run)
		} else {
			b.WriteString("(digits)")
		}
		end = at[1]
	}
	return b.String() + text[end:]
}

// partOf reports whether the digits at a place of text are part of something that tells nothing.
func partOf(text string, from, to int) bool {
	before, after := text[:from], text[to:]
	joins := func(c byte) bool { // a digit, joined by c to the digits here
		n := len(before)
		return n > 1 && before[n-1] == c && isDigit(before[n-2]) || len(after) > 1 && after[0] == c && isDigit(after[1])
	}
	switch n := to - from; {
	case n == 4 && (joins('.') || joins('-')), n == 14 && endsIn(before, "("): // a version, a date; its build
		return true
	case n <= 5:
		host := strings.TrimSuffix(before, ":")
		return host != before && (endsIn(host, "]", ")") || host != "" && isDigit(host[len(host)-1]))
	}
	return false
}

func endsIn(text string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(text, e) })
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

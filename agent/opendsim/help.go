package opendsim

import (
	"fmt"
	"strings"
)

// help is for a person. The flags of the daemon follow it, so that a program that asks for help in the belief that this
// is the daemon finds them too.
func help() string {
	var b strings.Builder
	fmt.Fprint(&b, "simulate stands in for FutuOpenD.\n\n"+
		"usage: simulate [SCENARIO] [-FLAG=VALUE ...] [flags of FutuOpenD]\n\n"+
		"scenarios:\n")
	for _, s := range scripts() {
		fmt.Fprintf(&b, "  %-22s %s\n", s.Name, s.Does)
	}
	fmt.Fprintf(&b, "\nThe SMS code %s and the captcha %s are right, for account %s and any other.\n", Code, Captcha, Account)
	fmt.Fprint(&b, "Without -no_monitor=1 a guard process starts it again when it dies, as FutuOpenD does.\n\nflags:\n")
	for _, f := range ownFlags {
		fmt.Fprintf(&b, "  %-22s %s\n", strings.TrimSuffix("-"+f.key+"="+f.takes, "="), f.does)
	}
	fmt.Fprint(&b, "\nflags of FutuOpenD, as its own -help has them:\n\n")
	return b.String()
}

// explained is what is known of the explanations of the daemon's -help: values that a flag takes.
var explained = map[string]string{
	"login_region":   "hk gz sh us sg",
	"remember":       "-remember=0",
	"simulate_trade": "enable disable",
	"log_level":      "no debug info warning error fatal",
	"lang":           "chs en",
	"console":        "0 1",
	"no_monitor":     "0 1",
}

// help is the daemon's answer to -help, in the form that a build of 9.x has: a flag on a line of its own, padded, below
// it what explains it, then an empty line. The explanations themselves are not known.
func (g generation) help(lang string) string {
	var b strings.Builder
	fmt.Fprintln(&b, voice{lang, g.build()}.of(helpTitle))
	for _, flag := range g.listed {
		fmt.Fprintf(&b, "  %-23s\n", flag)
		if values := explained[flag]; values != "" {
			fmt.Fprintln(&b, "      "+values)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

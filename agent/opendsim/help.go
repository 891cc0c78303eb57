package opendsim

import (
	"fmt"
	"strings"
)

// help is for a person. The flags of the daemon follow it, so that a program that asks for help in the belief that this
// is the daemon finds them too; every flag of the simulator's is indented, and none of the daemon's.
func help() string {
	var b strings.Builder
	fmt.Fprint(&b, "simulate stands in for FutuOpenD.\n\n"+
		"usage: simulate [SCENARIO] [-FLAG=VALUE ...] [flags of FutuOpenD]\n\n"+
		"scenarios:\n")
	for _, s := range scripts {
		fmt.Fprintf(&b, "  %-16s %s\n", s.Name, s.Does)
	}
	fmt.Fprintf(&b, "\nThe SMS code %s and the captcha %s are right, for account %s and any other.\n", Code, Captcha, Account)
	fmt.Fprint(&b, "Without -no_monitor=1 a guard process starts it again when it dies, as FutuOpenD does.\n\nflags:\n")
	for _, f := range ownFlags {
		fmt.Fprintf(&b, "  %-22s %s\n", strings.TrimSuffix("-"+f.key+"="+f.takes, "="), f.does)
	}
	fmt.Fprint(&b, "\nflags of FutuOpenD:\n")
	return b.String()
}

package main

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// rights are the capabilities that root needs to become somebody else, and which only the start needs, which gives folders away.
var rights = []struct {
	number int
	name   string
	start  bool
}{
	{unix.CAP_CHOWN, "CHOWN", true}, {unix.CAP_DAC_OVERRIDE, "DAC_OVERRIDE", true}, {unix.CAP_SETGID, "SETGID", false}, {unix.CAP_SETUID, "SETUID", false},
}

// lacks are the names of those that this process does not have.
func lacks(start bool) []string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil // what is missing shows when it is used
	}
	return lacking(string(text), start)
}

// lacking reads /proc/PID/status.
func lacking(status string, start bool) (names []string) {
	_, rest, found := strings.Cut(status, "\nCapEff:")
	line, _, _ := strings.Cut(rest, "\n")
	have, err := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	if !found || err != nil {
		return nil
	}
	for _, r := range rights {
		if have&(1<<r.number) == 0 && (start || !r.start) {
			names = append(names, r.name)
		}
	}
	return names
}

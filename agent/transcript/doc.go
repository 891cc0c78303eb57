// Package transcript frees what the daemon printed from whatever passed it on. People have its output as the terminal had it, as the
// gateway's own output, through docker, kubectl or journalctl, out of a mail or a web page, or as an extract of the daemon's log.
//
// It is pure: what it returns depends on the bytes alone. To teach it another form, add a kind to layers.go and a case to its test.
package transcript

// Package console understands what FutuOpenD prints: bytes become lines, lines
// become events. It is pure: what it returns depends on the bytes alone, never on how they were
// chopped, and it keeps no more memory than its bounds say.
//
// A new line of the daemon is a row in rules.go and a case in rules_test.go or a
// recording in testdata/recordings.
package console

// Package console understands what FutuOpenD prints: bytes become lines, lines
// become events. It is pure: what it returns depends on the bytes and their times alone, never on how they were
// chopped. A line's event is final: what repeats a request, and when a lock ends, is decided here and nowhere else.
//
// A new wording of the daemon is a text in a row of phrases_*.go, or a row there, and a case in rules_test.go, a row
// in testdata/strings.tsv or a recording in testdata/recordings.
package console

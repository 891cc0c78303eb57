package transcript

import (
	"bytes"
	"strconv"
	"time"
)

// What a mail or a web page puts in front of lines.

// quoted is a mail's >. The daemon's own prompt is >>>, so three of them are none, and four are one before a prompt.
func quoted(lines [][]byte) peel {
	n := 0
	for _, line := range lines {
		if isQuoted(line) {
			n++
		}
	}
	if !most(n, lines) {
		return nil
	}
	return func(line []byte) ([]byte, time.Time, bool) {
		if !isQuoted(line) {
			return line, time.Time{}, true
		}
		return bytes.TrimPrefix(line[1:], []byte(" ")), time.Time{}, true
	}
}

func isQuoted(line []byte) bool {
	marks := len(line) - len(bytes.TrimLeft(line, ">"))
	return marks > 0 && marks != 3
}

// number is a line's number and what separates it from the line.
var number = compiled(`^[ \t]*(\d{1,7})(?: ?[:|.)] ?| |\t|\r?$)`)

// fewest is how many lines must have grown numbers before these are taken for numbers of lines.
const fewest = 3

// numbered is a listing with line numbers: they grow from line to line.
func numbered(lines [][]byte) peel {
	n, last, common := 0, -1, -1
	for _, line := range lines {
		m := number().FindSubmatchIndex(line)
		if m == nil {
			continue
		}
		at, _ := strconv.Atoi(string(line[m[2]:m[3]])) // seven digits at most
		if at <= last {
			return nil
		}
		last = at
		n++
		if text := line[m[1]:]; len(bytes.TrimSpace(text)) > 0 && (common < 0 || blanks(text) < common) {
			common = blanks(text)
		}
	}
	if n < fewest || common < 0 || !most(n, lines) {
		return nil
	}
	return func(line []byte) ([]byte, time.Time, bool) {
		m := number().FindIndex(line)
		if m == nil {
			return line, time.Time{}, true
		}
		rest := line[m[1]:]
		return rest[min(common, blanks(rest)):], time.Time{}, true
	}
}

// blanks counts the blanks and tabs that a line begins with.
func blanks(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " \t")) }

package console

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The commands of the daemon's console that the gateway types, from the official manual.
const (
	RequestCode    = "req_phone_verify_code"
	RequestPicture = "req_pic_verify_code"

	inputCode    = "input_phone_verify_code"
	inputPicture = "input_pic_verify_code"
)

// commands are all commands of the daemon's console that are publicly known, from the manual and the program. A line that begins
// with one is somebody's typing being echoed.
var commands = []string{
	RequestCode, inputCode, RequestPicture, inputPicture,
	"relogin", "help", "exit", "quit", "ping", "update", "check_update", "version", "set_log_level", "close_all_conn", "show_quote_right",
	"show_delay_report", "close_api_conn", "show_sub_info", "request_highest_quote_right",
}

// InputCode is the line that submits an SMS code. The caller has validated it with [ValidCode].
func InputCode(code string) string { return inputCode + " -code=" + code }

// InputCaptcha is the line that submits the characters of a picture. The caller has validated
// them with [ValidCaptcha].
func InputCaptcha(answer string) string { return inputPicture + " -code=" + answer }

// ValidCaptcha reports whether answer may be typed: 1 to 8 ASCII letters and digits. Pictures show four.
func ValidCaptcha(answer string) bool {
	if len(answer) < 1 || len(answer) > 8 {
		return false
	}
	for i := range len(answer) {
		if c := answer[i] | 0x20; !isDigit(answer[i]) && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// maxAnswer bounds an account or a password that is typed, in bytes.
const maxAnswer = 128

// ValidAnswer reports whether text may be typed at a prompt: one line without control characters, which
// could end it and begin another.
func ValidAnswer(text string) bool {
	return text != "" && len(text) <= maxAnswer && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

// ValidCode reports whether code is one that may be typed: 4 to 8 ASCII digits. The broker sends
// six; anything else could be more commands.
func ValidCode(code string) bool {
	if len(code) < 4 || len(code) > 8 {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}

// commandOf returns the command that text begins with, empty if there is none. No command begins with another.
func commandOf(text string) string {
	for _, c := range commands {
		if hasPrefixFold(text, c) {
			return c
		}
	}
	return ""
}

// echo reports whether the line is a command that was typed, or the beginning of one: the
// daemon's editor draws the line anew after each character.
func echo(text string) bool {
	for _, c := range commands {
		n := min(len(c), len(text))
		if hasPrefixFold(text, c[:n]) && (n == len(text) || text[n] == ' ') {
			return true
		}
	}
	return false
}

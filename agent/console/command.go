package console

import "strings"

// The commands of the daemon's console that the gateway types, from the official manual.
const (
	requestCode = "req_phone_verify_code"
	inputCode   = "input_phone_verify_code"
	requestPic  = "req_pic_verify_code"
	inputPic    = "input_pic_verify_code"
)

// commands are all commands of the daemon's console that are publicly known. A line that begins
// with one is somebody's typing being echoed.
var commands = []string{
	requestCode, inputCode, requestPic, inputPic,
	"relogin", "show_delay_report", "close_api_conn", "show_sub_info", "request_highest_quote_right",
}

// InputCode is the line that submits an SMS code. The caller has validated it with [ValidCode].
func InputCode(code string) string { return inputCode + " -code=" + code }

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

// echo reports whether the line is a command that was typed, or the beginning of one: the
// daemon's editor draws the line anew after each character.
func echo(lower string) bool {
	for _, c := range commands {
		if strings.HasPrefix(c, lower) {
			return true
		}
		rest, ok := strings.CutPrefix(lower, c)
		if ok && rest[0] == ' ' {
			return true
		}
	}
	return false
}

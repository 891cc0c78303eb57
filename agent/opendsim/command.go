package opendsim

import "strings"

const unknownCommand = "未知命令" // in Chinese only, as far as is known; so it is printed in both languages

// commands are those that the daemon knows, in the order in which its manual has them.
var commands = []string{
	"help", "exit", "quit", "req_phone_verify_code", "input_phone_verify_code", "req_pic_verify_code",
	"input_pic_verify_code", "relogin", "ping", "show_delay_report", "close_api_conn", "show_sub_info",
	"request_highest_quote_right", "update",
}

// command does what a line says. What is not listed here is known to the daemon, but not what it prints: nothing.
func (d *daemon) command(line string) {
	name, args, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch name {
	case "":
	case "help":
		d.list(args)
	case "exit", "quit":
		d.end(exitStopped)
	case "req_phone_verify_code":
		if d.want == wantSMS {
			d.requestSMS()
		}
	case "input_phone_verify_code":
		d.giveCode(wantSMS, args)
	case "req_pic_verify_code":
		if d.want == wantCaptcha {
			d.drawPicture()
			d.reply(d.saved)
		}
	case "input_pic_verify_code":
		d.giveCode(wantCaptcha, args)
	default:
		if !isCommand(name) {
			d.reply(unknownCommand)
		}
	}
}

func isCommand(name string) bool {
	for _, known := range commands {
		if name == known {
			return true
		}
	}
	return false
}

// list prints the commands as one text of many lines. What it says of a single one is not known.
func (d *daemon) list(args string) {
	if args == "" {
		d.reply("Command List:\n\t" + strings.Join(commands, "\n\t"))
	}
}

// giveCode hands over a code, if one of this kind is wanted.
func (d *daemon) giveCode(kind want, args string) {
	if d.want != kind {
		return
	}
	_, code, _ := strings.Cut(args, "-code=")
	d.give(strings.TrimSpace(code))
}

// reply prints the answer to a command, at once. Empty lines are texts that are not known.
func (d *daemon) reply(lines ...string) { d.screen.print(d.filled(lines)...) }

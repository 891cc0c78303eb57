package opendsim

import "strings"

// commands are those that the daemon knows, in the order in which its manual has them.
var commands = []string{
	"help", "exit", "quit", "req_phone_verify_code", "input_phone_verify_code", "req_pic_verify_code",
	"input_pic_verify_code", "relogin", "ping", "show_delay_report", "close_api_conn", "show_sub_info",
	"request_highest_quote_right", "update", "check_update", "version", "close_all_conn", "set_log_level",
	"show_quote_right",
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
		d.giveCode(wantSMS, name, args)
	case "req_pic_verify_code":
		d.requestPicture()
	case "input_pic_verify_code":
		d.giveCode(wantCaptcha, name, args)
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
		d.replyLine("Command List:\n\t" + strings.Join(commands, "\n\t"))
	}
}

// giveCode hands over a code, if one of this kind is wanted.
func (d *daemon) giveCode(kind want, name, args string) {
	if d.want != kind {
		return
	}
	_, code, _ := strings.Cut(args, "-code=")
	if code = strings.TrimSpace(code); code == "" {
		d.replyLine(strings.ReplaceAll(d.voice.of(missingArgument), "{cmd}", name))
		return
	}
	d.give(code)
}

// reply prints the answer to a command, at once. Texts whose wording is not known are left out.
func (d *daemon) reply(texts ...text) {
	for _, t := range texts {
		d.replyLine(d.in(t))
	}
}

// replyLine prints a line of an answer, if it is one.
func (d *daemon) replyLine(line string) {
	if line != "" {
		d.print(line)
	}
}

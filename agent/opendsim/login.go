package opendsim

import (
	"strings"
	"time"
)

// filled puts what this start is about into lines, and drops those that are empty or have nothing to tell.
func (d *daemon) filled(lines []string) []string {
	rsa := d.no
	if d.rsa != nil {
		rsa = d.yes
	}
	values := map[string]string{
		"product":   d.gen.product(d.brand),
		"version":   d.gen.versions[d.brand+" "+d.lang],
		"time":      time.Now().Format(time.DateTime),
		"api":       d.listening,
		"telnet":    d.telnet,
		"websocket": d.websocket,
		"rsa":       rsa,
		"account":   d.account,
		"unlock":    d.unlock,
	}
	var filled []string
	for _, line := range lines {
		if line = fill(line, values); line != "" {
			filled = append(filled, line)
		}
	}
	return filled
}

// listen prints what the daemon prints before it logs in. The API's port opens just before its address is printed.
func (d *daemon) listen() {
	for _, line := range d.start {
		if strings.Contains(line, "{api}") {
			d.listening = d.api.open(d.listening)
		}
		d.say(line)
	}
}

// enter brings the daemon to where it has sent account and password to the broker.
func (d *daemon) enter() {
	d.api.becomes(statusLoggingIn, "")
	switch {
	case !d.gen.interactive:
		d.say(d.method, d.loggingIn)
	case d.isRemembered():
		d.say(d.remembered, d.loggingIn)
		if !d.tokenDead {
			return
		}
		d.askWho()
	default:
		d.askWho()
	}
	if !d.ended && !d.isRight(d.rightPassword) {
		d.fail(d.badPassword)
	}
}

// isRemembered reports whether the daemon was asked to log in with what it remembers, and remembers this account.
func (d *daemon) isRemembered() bool {
	if d.forget {
		d.data.forget()
	}
	return d.byRemember && d.account != "" && d.account == d.data.remembered()
}

// askWho asks on the terminal for what older daemons read from the config file. In Chinese the third question is left
// out, because its text is not known, and taken as answered with yes.
func (d *daemon) askWho() {
	d.account = d.ask(d.askAccount)
	d.password = d.ask(d.askPassword)
	answer := ""
	if d.askRemember != "" {
		answer = d.ask(d.askRemember)
	}
	d.keep = !d.forget && !strings.HasPrefix(strings.ToLower(answer), "n")
	d.say(d.method, d.loggingIn)
	if d.password == "" {
		d.fail(d.badPassword)
	}
}

// greet prints what the daemon prints when it has logged in. Who reads that line may use the API at once.
func (d *daemon) greet() {
	if !d.ended {
		d.api.logsIn(d.account)
	}
	d.say(d.welcome...)
	if d.keep && !d.ended {
		d.data.remember(d.account)
	}
	d.say(d.words.rights...)
	if !d.ended {
		d.websocket = d.api.openWebSocket(d.websocket)
	}
	d.say(d.ready...)
}

// fail ends the daemon as a refused login does.
func (d *daemon) fail(reason string) {
	d.api.becomes(statusLoginFailed, reason)
	if reason != "" {
		d.say(d.failed + reason)
	}
	d.say(d.failedBare, d.exited)
	d.end(exitLoginFailed)
}

// disagree ends the daemon as a user does who has not signed what the broker wants signed.
func (d *daemon) disagree() {
	d.say(d.agreement, d.exited)
	d.end(exitLoginFailed)
}

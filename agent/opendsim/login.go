package opendsim

import (
	"strings"
	"time"
)

// in is a text as this daemon says it, with what this start is about filled in.
func (d *daemon) in(t text) string { return fill(d.voice.of(t), d.values()) }

// values is what texts leave open. One that is empty is not told of.
func (d *daemon) values() map[string]string {
	rsa := no
	if d.rsa != nil {
		rsa = yes
	}
	return map[string]string{
		"product":   d.gen.product(d.brand),
		"version":   d.gen.versions[d.brand+" "+d.lang],
		"time":      time.Now().Format(time.DateTime),
		"api":       d.listening,
		"telnet":    d.telnet,
		"websocket": d.websocket,
		"rsa":       d.voice.of(rsa),
		"account":   d.account,
		"unlock":    d.unlock,
		"wait":      d.wait,
		"broker":    "FUTU HK",
		"parameter": "api_ip",
		"wantedlog": or(d.flags["log_path"], "/var/log/opend"),
		"log":       d.data.logs(),
		"url":       "https://openapi.futunn.com/futu-api-doc/", // stands for the link, which is not known
	}
}

// together joins phrases of which it is not known how the daemon joins them.
func (d *daemon) together(phrases ...text) string {
	var parts []string
	for _, p := range phrases {
		parts = append(parts, d.in(p))
	}
	return strings.Join(parts, d.join)
}

// becomes tells the API and the log where the daemon stands with its login.
func (d *daemon) becomes(status int32, desc string) {
	d.log.status(status)
	d.api.becomes(status, desc)
}

// listen prints what the daemon prints before it logs in. The API's port opens just before its address is printed.
func (d *daemon) listen() {
	for i, t := range startLines {
		if strings.Contains(t[0].chs, "{api}") {
			d.listening = d.api.open(d.listening)
			d.log.status(statusLoaded)
		}
		d.say(startLines[i])
	}
}

// enter brings the daemon to where it has sent account and password to the broker.
func (d *daemon) enter() {
	d.becomes(statusLoggingIn, "")
	switch {
	case d.byRemember && (d.gen.interactive || d.password+d.passwordMD5 == ""):
		d.say(remembered, loggingIn)
		if !d.isRemembered() {
			d.failFor(d.in(nothingRemembered))
		}
		if !d.course.tokenDead || d.ended {
			return
		}
		d.askWho()
	case d.gen.interactive:
		d.askWho()
	default:
		d.say(method, loggingIn)
	}
	if !d.ended && !d.isRight(d.rightPassword) {
		d.fail(badPassword)
	}
}

// isRemembered reports whether the daemon remembers this account.
func (d *daemon) isRemembered() bool {
	if d.forget {
		d.data.forget()
	}
	return !d.course.tokenLost && d.account != "" && d.account == d.data.remembered()
}

// askWho asks on the terminal for what older daemons read from the config file. In Chinese the third question is left
// out, because its text is not known, and taken as answered with yes.
func (d *daemon) askWho() {
	d.account = d.ask(askAccount)
	d.password = d.ask(askPassword)
	answer := ""
	if d.voice.of(askRemember) != "" {
		answer = d.ask(askRemember)
	}
	d.keep = !d.forget && !strings.HasPrefix(strings.ToLower(answer), "n")
	d.say(method, loggingIn)
	if d.password == "" {
		d.fail(badPassword)
	}
}

// greet prints what the daemon prints when it has logged in. Who reads that line may use the API at once.
func (d *daemon) greet() {
	if !d.ended {
		d.log.login(d.account)
		d.log.status(statusReady)
		d.api.logsIn(d.account)
	}
	lines := welcome
	if d.voice.isFirst() {
		lines = firstWelcome
	}
	d.say(lines...)
	if d.keep && !d.ended {
		d.data.remember(d.account)
	}
	d.line(d.voice.rights().lines(d.in(normal))...)
	if !d.ended {
		d.websocket = d.api.openWebSocket(d.websocket)
	}
	d.say(dataReady, webSocketAddress)
}

// fail ends the daemon as a refused login does. Reasons that are phrases of their own are joined.
func (d *daemon) fail(reasons ...text) {
	reason := d.together(reasons...)
	switch {
	case reason == "":
		d.failFor("")
	case d.alone:
		d.failFor(reason)
	default:
		d.failFor(d.in(failedWith) + reason)
	}
}

// failFor ends the daemon after a line that says why, if there is one.
func (d *daemon) failFor(why string) {
	d.becomes(statusLoginFailed, why)
	d.line(why)
	d.say(failed, exited)
	d.end(exitLoginFailed)
}

// disagree ends the daemon as a user does who has not signed what the broker wants signed. Whether the line comes after
// that of a failed login is not known: alone, as it was noted.
func (d *daemon) disagree() {
	d.say(agreement, exited)
	d.end(exitLoginFailed)
}

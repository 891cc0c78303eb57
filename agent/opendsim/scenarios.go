package opendsim

import (
	"fmt"
	"time"
)

// script is a scenario with what it does: steps in turn, and after the last the daemon stays as it is. Whoever adds one
// adds it here and nowhere else.
type script struct {
	Scenario
	generation string // the only one that it can be played in; empty: any
	steps      []step
}

type step func(*daemon)

// The steps that most scenarios are made of.
var (
	listen  step = (*daemon).listen
	enter   step = (*daemon).enter
	sms     step = (*daemon).verifySMS
	captcha step = (*daemon).verifyPicture
	greet   step = (*daemon).greet
)

var scripts = []script{
	scene("ok", "logs in", listen, enter, greet),
	scene("sms", "wants an SMS code", listen, enter, sms, greet),
	scene("sms-wrong", "refuses the first SMS code, even a right one", (*daemon).refuseOnce, listen, enter, sms, greet),
	scene("captcha", "wants the characters of a picture", listen, enter, captcha, greet),
	scene("captcha-sms", "wants the characters of a picture, then an SMS code", listen, enter, captcha, sms, greet),
	only("9", scene("old-hint", "wants an SMS code, and says so only with the hint which command requests it",
		(*daemon).onlyHint, listen, enter, sms, greet)),
	only("interactive", scene("remember", "asks for account and password, later starts log in with what it remembers",
		listen, enter, greet)),
	only("interactive", scene("remember-dead", "remembers, but the broker refuses what it remembers and it asks again",
		(*daemon).killToken, listen, enter, greet)),

	scene("wrong-password", "the broker refuses the password", listen, enter, refused(func(w words) string { return w.badPassword })),
	scene("network", "the broker cannot be reached, or there were too many starts",
		listen, enter, refused(func(w words) string { return w.network })),
	scene("locked", "the account is locked until -unlock", listen, enter, refused(func(w words) string { return w.locked })),
	scene("version", "this daemon is too old", listen, enter, refused(func(w words) string { return w.version })),
	scene("brand", "the account belongs to the other brand", listen, enter, refused(func(w words) string { return w.otherBrand })),
	scene("account", "the user has no account with the broker", listen, enter, refused(func(w words) string { return w.noAccount })),
	scene("region", "accounts of this region are not served", listen, enter, refused(func(w words) string { return w.region })),
	scene("agreement", "a questionnaire or an agreement is not signed", listen, enter, (*daemon).disagree),

	scene("silent", "prints its addresses and no more", listen),
	scene("silent-login", "begins to log in and says no more", listen, enter),
	scene("throttled", "from its 8th start in 3 hours on it is silent, before that like ok",
		listen, (*daemon).throttle, enter, greet),
	scene("question", "asks something that nobody knows, without ending the line", listen, enter, (*daemon).puzzle),

	scene("crash", "logs in, runs out of memory and aborts", listen, enter, greet, (*daemon).runOutOfMemory),
	scene("crash-start", "dies of a segmentation fault before it has printed anything",
		func(*daemon) { die(segmentationFault) }),
	scene("flood", "logs in and prints -lines lines as fast as it can", listen, enter, greet, (*daemon).flood),
	scene("kicked", "logs in, loses a quote right to another device and takes it back",
		listen, enter, greet, (*daemon).kick),
	scene("session-lost", "logs in, loses its session with the broker and gets it back; only the API tells",
		listen, enter, greet, (*daemon).loseSession),
	scene("kicked-out", "logs in, and then the account logs in somewhere else; only the API tells",
		listen, enter, greet, (*daemon).kickOut),
	scene("password-changed", "logs in, and is thrown out when the password is changed; only the API tells",
		listen, enter, greet, (*daemon).throwOut),
}

func scene(name, does string, steps ...step) script {
	return script{Scenario: Scenario{Name: name, Does: does}, steps: steps}
}

// only binds a script to the one generation that it makes sense in.
func only(generation string, s script) script {
	s.generation = generation
	return s
}

// refused is a login that fails for a reason.
func refused(reason func(words) string) step {
	return func(d *daemon) { d.fail(reason(d.words)) }
}

// maxStarts is how many starts in throttleSpan the broker still serves.
const maxStarts = 7

// throttle goes no further when there have been too many starts.
func (d *daemon) throttle() {
	if d.data.countStart(time.Now()) > maxStarts {
		d.stay()
	}
}

func (d *daemon) killToken() { d.tokenDead = true }

// puzzle asks a question. Whatever is typed is no answer to it.
func (d *daemon) puzzle() {
	if d.pause(d.pace); d.ended {
		return
	}
	d.screen.ask("?")
	for !d.ended {
		d.expect(wantAnswer)
		d.answer()
	}
}

// kick prints the quote rights as they are when another device takes one, and again when it has been taken back.
func (d *daemon) kick() {
	d.pause(10 * d.pace)
	d.say(d.kicked)
	d.say(d.words.rights...)
}

// sessionSpan is how many lines could have been printed before the session changes.
const sessionSpan = 40

// awaitClient waits for somebody to whom the API can tell what happens, so that it does not depend on who is faster.
func (d *daemon) awaitClient() {
	for !d.ended && !d.api.isUsed() {
		d.pause(10 * time.Millisecond)
	}
}

// loseSession is a network that fails. What the daemon prints then is not known.
func (d *daemon) loseSession() {
	d.awaitClient()
	for _, has := range []bool{false, true} {
		if d.pause(sessionSpan * d.pace); !d.ended {
			d.api.connects(has, has)
		}
	}
}

// kickOut is a login of the same account somewhere else. What the daemon prints then is not known, and neither is
// whether it goes on to serve: it does, without a session.
func (d *daemon) kickOut() {
	d.awaitClient()
	if d.pause(sessionSpan * d.pace); !d.ended {
		d.api.happens(eventKickedOut)
		d.api.connects(false, false)
	}
}

// throwOut is the broker ending the login. Every connection to the API is cut then, and only a daemon that belongs to a
// window tells those who come back.
func (d *daemon) throwOut() {
	d.awaitClient()
	if d.pause(sessionSpan * d.pace); !d.ended {
		d.api.happens(eventPasswordChanged)
		d.api.logsOut()
	}
}

// flood prints blocks of lines, and looks at its input only between them. One line in three is a quote right; the others
// mean nothing.
func (d *daemon) flood() {
	const block = 64
	lines := make([]string, 0, block)
	for i := range d.lines {
		lines = append(lines, d.floodLine(i))
		if len(lines) == block || i == d.lines-1 {
			d.screen.print(lines...)
			lines = lines[:0]
			if d.pause(0); d.ended {
				return
			}
		}
	}
}

func (d *daemon) floodLine(i int) string {
	if rights := d.words.rights; i%3 == 0 && len(rights) > 0 {
		return rights[i/3%len(rights)]
	}
	return fmt.Sprintf("%08d", i)
}

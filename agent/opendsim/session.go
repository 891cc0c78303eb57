package opendsim

// What happens to a session. How the daemon joins the phrases of a connection is not known, so -join decides; and of what
// ends a login it is not known whether the daemon exits by itself, so -exits does.

// sessionSpan is how many lines could have been printed before the session changes.
const sessionSpan = 40

// kick prints the quote rights as they are when another device takes one, and again when it has been taken back.
func (d *daemon) kick() {
	d.pause(10 * d.pace)
	d.line(d.voice.rights().first(d.in(rightTaken)))
	d.line(d.voice.rights().lines(d.in(normal))...)
}

// right prints a quote right that is not as it should be, for another reason than being taken.
func right(why text) step {
	return func(d *daemon) {
		d.pause(10 * d.pace)
		d.line(d.voice.rights().first(d.in(why)))
	}
}

// loseSession is a network that fails, and of which nothing is printed.
func (d *daemon) loseSession() {
	d.awaitClient()
	for _, has := range []bool{false, true} {
		if d.pause(sessionSpan * d.pace); !d.ended {
			d.api.connects(has, has)
		}
	}
}

// losesForGood is a session that does not come back, and of which nothing is printed.
func (d *daemon) losesForGood() {
	d.awaitClient()
	if d.pause(sessionSpan * d.pace); !d.ended {
		d.api.connects(false, false)
	}
}

// turns is a login that has ended, which only a client of the API is told that connects after it.
func turns(why ...text) step {
	return func(d *daemon) {
		d.awaitClient()
		if d.pause(sessionSpan * d.pace); !d.ended {
			d.api.denies(why)
		}
	}
}

// loses is a connection that breaks and is made again. A daemon that does not say which has lost that of the quotes.
func loses(connection text) step {
	return func(d *daemon) {
		for _, now := range []text{disconnected, reconnecting, reconnected} {
			if d.pause(sessionSpan / 2 * d.pace); d.ended {
				return
			}
			phrases := []text{now}
			if connection != nil {
				phrases = []text{connection, now}
			}
			d.line(d.together(phrases...))
			back := d.in(now) == d.in(reconnected)
			trade := connection != nil && d.in(connection) == d.in(tradeConnection)
			if !d.ended {
				d.api.connects(back || trade, back || !trade)
			}
		}
	}
}

// ended is a login that the broker ends, with the event of the API for it, if there is one. A daemon that stays has no
// session from then on.
func ended(why text, event int32) step {
	return func(d *daemon) {
		if d.pause(10 * d.pace); d.ended {
			return
		}
		d.say(why)
		d.endLogin(event)
	}
}

// endLogin tells the API that the login has ended, and ends the daemon with -exits.
func (d *daemon) endLogin(event int32) {
	if event != 0 && !d.ended {
		d.api.happens(event)
	}
	if !d.ended {
		d.api.connects(false, false)
	}
	d.leave()
}

// leave ends the daemon with -exits. With which code it does is not known.
func (d *daemon) leave() {
	if d.exits {
		d.say(exited)
		d.end(exitRefused)
	}
}

// hears is something that the broker tells, and that the login outlives.
func hears(what text, event int32) step {
	return func(d *daemon) {
		if d.pause(10 * d.pace); d.ended {
			return
		}
		d.say(what)
		if !d.ended {
			d.api.happens(event)
		}
	}
}

// kickOut is a login of the same account somewhere else.
func (d *daemon) kickOut() {
	d.awaitClient()
	if d.pause(sessionSpan * d.pace); d.ended {
		return
	}
	d.say(deviceLimit)
	d.endLogin(eventKickedOut)
}

// throwOut is the broker ending the login because its password changed. Every connection to the API is cut then, and
// only a daemon that belongs to a window tells those who come back.
func (d *daemon) throwOut() {
	d.awaitClient()
	if d.pause(sessionSpan * d.pace); d.ended {
		return
	}
	d.say(passwordChanged)
	if !d.ended {
		d.log.status(statusForceLogout)
		d.api.happens(eventPasswordChanged)
		d.api.logsOut()
	}
	d.leave()
}

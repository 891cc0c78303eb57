package opendsim

import "time"

// verifySMS holds the login until the code of an SMS has been typed. Until an SMS was requested, no code is right, and
// after a client of the API tried to connect none is until the next one.
func (d *daemon) verifySMS() {
	d.expect(wantSMS)
	d.api.becomes(statusNeedPhoneCode, "")
	d.wantCode()
	switch {
	case d.autoSMS:
		d.sendSMS()
		d.say(d.inputHint, d.requesting, d.sent)
	case !d.hintOnly:
		d.say(d.requestHint)
	}
	for {
		code, ok := d.answer()
		if !ok {
			return
		}
		d.say(d.verifying)
		if d.accepts(code) {
			d.api.becomes(statusLoggingIn, "")
			return
		}
		d.expect(wantSMS)
		d.say(d.wrongCode)
		d.wantCode()
	}
}

// wantCode says that a code is wanted, as plainly as this daemon does.
func (d *daemon) wantCode() {
	if d.hintOnly {
		d.say(d.requestHint)
		return
	}
	d.say(d.needSMS)
}

// accepts tells whether a code is the right one.
func (d *daemon) accepts(code string) bool {
	if d.refusals > 0 {
		d.refusals--
		return false
	}
	return code == Code && d.api.hasCode()
}

func (d *daemon) sendSMS() {
	d.smsAt = time.Now()
	d.api.smsSent()
}

// requestSMS is the answer to a command, so it does not keep the daemon's pace.
func (d *daemon) requestSMS() {
	if !d.smsAt.IsZero() && time.Since(d.smsAt) < d.smsInterval {
		d.reply(d.tooOften)
		return
	}
	d.sendSMS()
	d.reply(d.requesting, d.sent, d.inputHint)
}

// verifyPicture holds the login until the characters of a picture have been typed. A wrong answer brings the next
// picture, of which the English daemon tells and the Chinese one, as far as is known, does not.
func (d *daemon) verifyPicture() {
	d.expect(wantCaptcha)
	d.api.becomes(statusNeedPicture, "")
	d.say(d.needPicture)
	d.pause(d.pace) // for the download
	d.drawPicture()
	d.say(d.saved, d.pictureHint)
	for {
		answer, ok := d.answer()
		if !ok || answer == Captcha {
			d.api.becomes(statusLoggingIn, "")
			return
		}
		d.expect(wantCaptcha)
		d.say(d.wrongPicture)
		d.drawPicture()
		d.say(d.saved)
	}
}

// drawPicture puts a new picture where the old one was.
func (d *daemon) drawPicture() {
	d.pictures++
	d.data.savePicture(picture(Captcha, d.pictures))
}

// refuseOnce makes the first code wrong, whatever it is.
func (d *daemon) refuseOnce() { d.refusals = 1 }

// onlyHint makes the daemon as taciturn as older ones are.
func (d *daemon) onlyHint() { d.hintOnly = true }

package opendsim

import "time"

// smsInterval is the time that has to pass between two SMS.
const smsInterval = time.Minute

// verifySMS holds the login until the code of an SMS has been typed. Until an SMS was requested, no code is right.
func (d *daemon) verifySMS() {
	d.expect(wantSMS)
	d.wantCode()
	switch {
	case d.autoSMS:
		d.smsAt = time.Now()
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
	return code == Code && !d.smsAt.IsZero()
}

// requestSMS is the answer to a command, so it does not keep the daemon's pace.
func (d *daemon) requestSMS() {
	if !d.smsAt.IsZero() && time.Since(d.smsAt) < smsInterval {
		d.reply(d.tooOften)
		return
	}
	d.smsAt = time.Now()
	d.reply(d.requesting, d.sent, d.inputHint)
}

// verifyPicture holds the login until the characters of a picture have been typed. A wrong answer brings the next
// picture, of which the English daemon tells and the Chinese one, as far as is known, does not.
func (d *daemon) verifyPicture() {
	d.expect(wantCaptcha)
	d.say(d.needPicture)
	d.pause(d.pace) // for the download
	d.drawPicture()
	d.say(d.saved, d.pictureHint)
	for {
		answer, ok := d.answer()
		if !ok || answer == Captcha {
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

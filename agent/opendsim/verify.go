package opendsim

import (
	"strconv"
	"time"
)

// verifySMS holds the login until the code of an SMS has been typed. Until an SMS was requested, no code is right, and
// after a client of the API tried to connect none is until the next one. What follows the line for a wrong code is not
// known; that the code is wanted again is said once more.
func (d *daemon) verifySMS() {
	d.expect(wantSMS)
	d.becomes(statusNeedPhoneCode, "")
	d.wantCode()
	switch {
	case d.course.hidden:
	case d.autoSMS && d.course.noSMS > 0:
		d.course.noSMS--
		d.say(inputHint, requesting)
		d.line(d.tooSoon())
	case d.autoSMS:
		d.sendSMS()
		d.say(inputHint, requesting, sent)
	case !d.course.hintOnly:
		d.say(requestHint)
	}
	for {
		code, ok := d.answer()
		if !ok || d.passed {
			return
		}
		d.say(verifying)
		wrong, right := d.judge(code)
		if right {
			d.becomes(statusLoggingIn, "")
			return
		}
		d.expect(wantSMS)
		d.say(wrong)
		d.wantCode()
	}
}

// wantCode says that a code is wanted, as plainly as this daemon does.
func (d *daemon) wantCode() {
	switch {
	case d.course.hidden:
	case d.course.hintOnly:
		d.say(requestHint)
	default:
		d.say(needSMS)
	}
}

// judge tells whether a code is the right one, or what the daemon says of it. A code that is void takes another SMS.
func (d *daemon) judge(code string) (wrong text, right bool) {
	if len(d.course.refusals) > 0 {
		wrong, d.course.refusals = d.course.refusals[0], d.course.refusals[1:]
		if d.voice.of(wrong) == d.voice.of(codeVoid) {
			d.api.smsIsVoid()
		}
		return wrong, false
	}
	return wrongCode, code == Code && d.api.hasCode()
}

func (d *daemon) sendSMS() {
	d.smsAt = time.Now()
	d.api.smsSent()
}

// requestSMS is the answer to a command, so it does not keep the daemon's pace.
func (d *daemon) requestSMS() {
	switch {
	case d.course.noSMS > 0:
		d.course.noSMS--
		d.replyLine(d.tooSoon())
	case !d.smsAt.IsZero() && time.Since(d.smsAt) < d.smsInterval:
		d.wait = strconv.Itoa(int(time.Until(d.smsAt.Add(d.smsInterval)).Seconds()) + 1)
		d.replyLine(d.tooSoon())
	default:
		d.sendSMS()
		d.reply(requesting, sent, inputHint)
	}
}

// tooSoon is what the daemon says instead of sending an SMS. Two phrases joined by a comma without a blank: so it was
// recorded of 1.x, with a reason of the server.
func (d *daemon) tooSoon() string {
	why := frequentSeconds
	if d.voice.isFirst() {
		why = smsTooOften
	}
	return d.in(sendFailed) + "," + d.in(why)
}

// verifyPicture holds the login until the characters of a picture have been typed. A wrong answer brings the next
// picture, or the word that one has to be asked for.
func (d *daemon) verifyPicture() {
	d.expect(wantCaptcha)
	d.becomes(statusNeedPicture, "")
	d.say(needPicture, requestingPicture)
	d.pause(d.pace) // for the download
	if d.course.nowhere {
		d.say(pictureFailed)
	} else {
		d.line(d.drawPicture())
		d.say(pictureHint)
	}
	for {
		answer, ok := d.answer()
		if !ok {
			return
		}
		d.say(verifyingPicture)
		if answer == Captcha && d.pictures > 0 {
			d.becomes(statusLoggingIn, "")
			return
		}
		d.expect(wantCaptcha)
		if d.course.again {
			d.line(d.together(wrongPicture, pictureAgain))
			continue
		}
		d.say(wrongPicture)
		d.line(d.drawPicture())
	}
}

// requestPicture is the answer to a command. While the code of an SMS is wanted, a picture is the other way to log in
// where the scenario says so.
func (d *daemon) requestPicture() {
	switch {
	case d.want == wantCaptcha:
	case d.want == wantSMS && d.course.pictureToo:
		d.passed = true // by whoever asks for the picture: the code is not wanted any more
		d.give("")
		return
	default:
		return
	}
	d.reply(requestingPicture)
	d.replyLine(d.drawPicture())
}

// drawPicture puts a new picture where the old one was, and returns the line that tells where.
func (d *daemon) drawPicture() string {
	d.pictures++
	path := d.data.savePicture(picture(Captcha, d.pictures), d.course.pictureIn)
	if bare := d.in(savedBare); bare != "" {
		return bare
	}
	return d.in(savedTo) + d.join + path
}

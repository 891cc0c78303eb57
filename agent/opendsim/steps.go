package opendsim

import (
	"fmt"
	"os"
	"time"
)

// What scenarios are made of: first the ways in which a login fails or the daemon does, then what prepares a course, then
// what happens while it runs. What happens to the session is in session.go.

// refused is a login that fails for a reason. Several phrases make one reason.
func refused(reasons ...text) step {
	return func(d *daemon) { d.fail(reasons...) }
}

// dies is a daemon that says why it does not start, and ends. That it ends is known of a bad flag, and its exit code of
// none.
func dies(why text) step {
	return func(d *daemon) {
		d.say(why)
		d.end(exitRefused)
	}
}

// says is something that the daemon says and goes on.
func says(texts ...text) step {
	return func(d *daemon) { d.say(texts...) }
}

// first makes the first codes wrong, whatever they are, each in its own words.
func first(refusals ...text) step {
	return func(d *daemon) { d.course.refusals = refusals }
}

// refuseSMS makes n requests for an SMS useless.
func refuseSMS(n int) step {
	return func(d *daemon) { d.course.noSMS = n }
}

// takePicture lets the characters of a picture be given in the place of a code.
func (d *daemon) takePicture() { d.course.pictureToo = true }

// drawElsewhere puts the picture where the program is: the daemon is run in its folder.
func (d *daemon) drawElsewhere() {
	if dir, err := os.Getwd(); err == nil {
		d.course.pictureIn = dir
	}
}

// onlyHint makes the daemon as taciturn as older ones are.
func (d *daemon) onlyHint() { d.course.hintOnly = true }

func (d *daemon) killToken() { d.course.tokenDead = true }

func (d *daemon) loseToken() { d.course.tokenLost = true }

// maxStarts is how many starts in throttleSpan go on to log in.
const maxStarts = 7

// throttle goes no further when there have been too many starts.
func (d *daemon) throttle() {
	if d.starts > maxStarts {
		d.stay()
	}
}

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

// lackData is a login that succeeded, without all that it needs.
func (d *daemon) lackData() {
	d.say(dataMissing)
	if !d.ended {
		d.becomes(statusDataMissing, "")
		d.api.happens(eventDataMissing)
	}
}

// flood prints blocks of lines, and looks at its input only between them. One line in three is a quote right; the others
// mean nothing.
func (d *daemon) flood() {
	const block = 64
	rights := d.voice.rights().lines(d.in(normal))
	lines := make([]string, 0, block)
	for i := range d.lines {
		lines = append(lines, floodLine(i, rights))
		if len(lines) == block || i == d.lines-1 {
			d.screen.print(lines...)
			lines = lines[:0]
			if d.pause(0); d.ended {
				return
			}
		}
	}
}

func floodLine(i int, rights []string) string {
	if i%3 == 0 && len(rights) > 0 {
		return rights[i/3%len(rights)]
	}
	return fmt.Sprintf("%08d", i)
}

// awaitClient waits for somebody to whom the API can tell what happens, so that it does not depend on who is faster.
func (d *daemon) awaitClient() {
	for !d.ended && d.apiMode != apiNone && !d.api.isUsed() {
		d.pause(10 * time.Millisecond)
	}
}

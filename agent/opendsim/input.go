package opendsim

import (
	"os"
	"time"
)

// want is what the daemon waits for on its terminal. While it wants an answer every line is one; otherwise lines are
// commands.
type want int

const (
	wantNothing want = iota
	wantAnswer
	wantSMS
	wantCaptcha
)

// read hands over what is typed, as it comes. The end of the input ends it, and nothing else.
func read(stdin *os.File, typed chan<- []byte) {
	for {
		chunk := make([]byte, 1024)
		n, err := stdin.Read(chunk)
		if n > 0 {
			typed <- chunk[:n]
		}
		if err != nil {
			return
		}
	}
}

// step waits for one thing: a line that was typed, the order to stop, or the timeout, of which it tells.
func (d *daemon) step(timeout <-chan time.Time) (timedOut bool) {
	if len(d.rest) > 0 {
		d.takeLine()
		return false
	}
	select {
	case d.rest = <-d.typed:
	case <-d.stop:
		d.end(exitStopped)
	case <-timeout:
		return true
	}
	return false
}

// takeLine deals with what was typed, up to the end of a line.
func (d *daemon) takeLine() {
	for len(d.rest) > 0 {
		b := d.rest[0]
		d.rest = d.rest[1:]
		line, done := d.editor.key(b)
		if done {
			d.screen.enter()
			d.take(line)
			return
		}
		if d.screen.isBlind() {
			d.editor.clear()
		}
		d.screen.redraw(d.editor.text())
	}
}

// take gives a line to whoever wants it.
func (d *daemon) take(line string) {
	if d.want == wantAnswer {
		d.give(line)
		return
	}
	d.command(line)
}

// expect says what is wanted from here on. What is typed before answer is called is not lost.
func (d *daemon) expect(w want) { d.want, d.given = w, nil }

// answer waits for what is wanted. Without ok the daemon has ended instead.
func (d *daemon) answer() (text string, ok bool) {
	for !d.ended && len(d.given) == 0 {
		d.step(nil)
	}
	d.want = wantNothing
	if d.ended {
		return "", false
	}
	return d.given[0], true
}

// give is the other side of answer.
func (d *daemon) give(text string) { d.given = []string{text} }

// ask prints a question and returns what was typed after it; nothing if the daemon has ended.
func (d *daemon) ask(question text) string {
	d.say(question)
	d.expect(wantAnswer)
	text, _ := d.answer()
	return text
}

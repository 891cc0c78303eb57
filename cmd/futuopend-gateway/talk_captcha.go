package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// captcha shows the picture and takes the answer, or gives the answer that is its argument.
func captcha(ctx context.Context, line call) error {
	c, err := talk{line}.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	text := line.word()
	if line.on("new") {
		if text != "" {
			return usageError{errors.New(say("talk.picture.both"))}
		}
		if err := newPicture(ctx, c); err != nil {
			return err
		}
	}
	if text == "" {
		png, err := picture(ctx, c)
		if err != nil {
			return err
		}
		if file := line.text("o"); file != "" {
			return saveCaptcha(file, png)
		}
		if text, err = readCharacters(ctx, png); err != nil || text == "" {
			return err
		}
	}
	said, err := submitAnswer(ctx, c, fsm.ChallengeCaptcha, text, !line.on("no-wait"))
	if err != nil {
		return err
	}
	return printed(said)
}

// The daemon writes the picture at about the time at which it asks; it is looked for so often, and for so long.
const (
	pictureEvery  = 100 * time.Millisecond
	pictureWithin = 5 * time.Second
)

// picture fetches the picture, and waits a moment for one that is not written yet.
func picture(ctx context.Context, c *client.Client) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pictureWithin)
	defer cancel()
	for {
		png, err := c.Captcha(ctx)
		if r, ok := errors.AsType[*client.RefusedError](err); !ok || r.Code != "picture_missing" {
			return png, timedOut(err)
		}
		select {
		case <-time.After(pictureEvery):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// newPicture asks for another picture and waits until the daemon says that it is there. One that draws a picture without a word is
// believed after pictureWithin, since the gateway never shows an older one; in the stead of an SMS it always says so, but takes its time.
func newPicture(ctx context.Context, c *client.Client) error {
	before, err := c.Status(ctx)
	if err != nil {
		return err
	}
	within := outcomeWithin
	if fsm.State(before.State) == fsm.AwaitingCaptcha {
		within = pictureWithin
	}
	if _, err := c.NewCaptcha(ctx); err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for e, err := range c.Events(waiting, before.Seq) {
		switch kind := fsm.Kind(e.Kind); {
		case err != nil && waiting.Err() != nil && within == pictureWithin:
			return ctx.Err()
		case err != nil && waiting.Err() != nil, kind == fsm.CaptchaNotSent:
			return errors.New(say("talk.picture.none"))
		case err != nil:
			return err
		case kind == fsm.CaptchaSaved, kind == fsm.CaptchaStillWanted:
			return nil
		}
	}
	panic("captcha: the events ended without a reason")
}

// saveCaptcha writes the picture where it was asked for.
func saveCaptcha(path string, png []byte) error {
	var err error
	if path == "-" {
		_, err = os.Stdout.Write(png)
	} else {
		err = os.WriteFile(path, png, 0o600)
	}
	if err != nil {
		return failed("talk.picture.kept", err)
	}
	return nil
}

// readCharacters shows the picture and reads the answer. Without a person at a terminal the answer is empty.
func readCharacters(ctx context.Context, png []byte) (string, error) {
	person := term.IsTerminal(int(os.Stdin.Fd()))
	shown := ""
	if person && term.IsTerminal(int(os.Stderr.Fd())) {
		shown = inTerminal(png, os.Getenv)
	}
	path := ""
	if shown != "" {
		fmt.Fprintln(os.Stderr, shown)
	} else {
		var err error
		if path, err = writeCaptcha(png); err != nil {
			return "", err
		}
		fmt.Fprintln(os.Stderr, say("talk.picture.file", "path", path))
	}
	if !person {
		fmt.Fprintln(os.Stderr, say("talk.picture.then"))
		return "", nil
	}
	if path != "" {
		defer os.Remove(path) // an answered picture is of no use
	}
	fmt.Fprint(os.Stderr, say("talk.picture.ask")+" ")
	return readAnswer(ctx, os.Stdin)
}

// writeCaptcha puts the picture into a file of its own, which only this user can read.
func writeCaptcha(png []byte) (path string, err error) {
	f, err := os.CreateTemp("", "captcha-*.png")
	if err != nil {
		return "", failed("talk.picture.place", err)
	}
	_, err = f.Write(png)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", failed("talk.picture.kept", err)
	}
	return f.Name(), nil
}

// readAnswer reads one line, or gives up when ctx ends. The goroutine that reads then ends with the program: nothing
// but the person can end a read from a terminal.
func readAnswer(ctx context.Context, in io.Reader) (string, error) {
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := bufio.NewReader(in).ReadString('\n')
		read <- line{strings.TrimSpace(text), err}
	}()
	select {
	case l := <-read:
		if l.text == "" {
			return "", errors.New(say("talk.no_text"))
		}
		return l.text, nil
	case <-ctx.Done():
		return "", errors.New(say("talk.interrupted"))
	}
}

// kittyChunk is how much of a picture kitty takes at once.
const kittyChunk = 4096

// inTerminal is what makes a terminal show a PNG, empty for one that is not known to. Within tmux and
// screen, which pass it on only when told to, it is empty as well.
func inTerminal(png []byte, env func(string) string) string {
	text := base64.StdEncoding.EncodeToString(png)
	program := env("TERM_PROGRAM")
	switch {
	case env("TMUX") != "" || env("STY") != "":
		return ""
	case program == "iTerm.app" || program == "WezTerm":
		return fmt.Sprintf("\x1b]1337;File=inline=1;size=%d:%s\a", len(png), text)
	case env("KITTY_WINDOW_ID") == "" && env("TERM") != "xterm-kitty" && env("TERM") != "xterm-ghostty" && program != "ghostty":
		return ""
	}
	var b strings.Builder
	first := "a=T,f=100,"
	for len(text) > kittyChunk {
		fmt.Fprintf(&b, "\x1b_G%sm=1;%s\x1b\\", first, text[:kittyChunk])
		first, text = "", text[kittyChunk:]
	}
	fmt.Fprintf(&b, "\x1b_G%sm=0;%s\x1b\\", first, text)
	return b.String()
}

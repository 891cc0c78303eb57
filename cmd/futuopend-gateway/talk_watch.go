package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// watch follows events until it is interrupted. At a terminal, what is wanted can be typed.
func watch(ctx context.Context, args []string) error {
	t := newTalk("watch")
	after := t.flags.Uint64("after", 0, "begin after this sequence `number` (default with what happens next)")
	asJSON := t.flags.Bool("json", false, "print one JSON object a line")
	if err := parseFlags(t.flags, args, 0); err != nil {
		return err
	}
	c, err := t.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	brief, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	now, err := c.Status(brief)
	if err != nil {
		return timedOut(err)
	}
	if !given(t, "after") {
		*after = now.Seq
	}
	w := watcher{client: c, json: *asJSON, person: term.IsTerminal(int(os.Stdin.Fd()))}
	if !w.json {
		if err := printStatus(os.Stdout, now, time.Now()); err != nil {
			return err
		}
	}
	if w.person {
		w.prompt(now.State)
		go w.listen(ctx) // ends with the program: nothing but the person can end a read from a terminal
	}
	return w.follow(ctx, *after)
}

func given(t talk, name string) bool {
	found := false
	t.flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// watcher prints events and passes on what a person types.
type watcher struct {
	client *client.Client
	json   bool
	person bool // there is one at the terminal
}

// follow prints one event a line. A lost connection is told once, and tried again until ctx ends.
func (w watcher) follow(ctx context.Context, after uint64) error {
	lost := false
	for e, err := range w.client.Events(ctx, after) {
		if _, ok := errors.AsType[*client.UnreachableError](err); ok {
			if !lost {
				fmt.Fprintln(os.Stderr, "the connection is lost; it is tried again:", err)
			}
			lost = true
			continue
		}
		if ctx.Err() != nil {
			return nil // it was told to end
		}
		if err != nil {
			return explain(err)
		}
		lost = false
		if err := w.print(e); err != nil {
			return err
		}
		if w.person && e.From != e.To {
			w.prompt(e.To)
		}
	}
	return nil
}

func (w watcher) print(e client.Event) error {
	if w.json {
		_, err := os.Stdout.Write(append(e.JSON(), '\n')) // as it is: the gateway may be newer
		return err
	}
	where := e.To
	if e.From != e.To {
		where = e.From + " -> " + e.To
	}
	detail := fsm.Event{Of: fsm.Kind(e.Of), Detail: e.Detail}.Says()
	line := fmt.Sprintf("%s %6d  %-22s %-34s %s", e.At.Local().Format("2006-01-02 15:04:05"), e.Seq, e.Kind, where, detail)
	_, err := fmt.Println(words.Visible(strings.TrimRight(line, " ")))
	return err
}

// prompt asks a person for what a state wants.
func (w watcher) prompt(state string) {
	if text := prompts[fsm.State(state).Wants()]; text != "" {
		fmt.Fprintln(os.Stderr, text)
	}
}

// prompts has a line for whatever a person is asked for.
var prompts = map[fsm.ChallengeKind]string{
	fsm.ChallengeCode:     "type the SMS code and Enter:",
	fsm.ChallengeCaptcha:  "type the characters of the picture and Enter; futuopend-gateway captcha shows it",
	fsm.ChallengePassword: "the password is wanted; it is not typed here, where it could be seen, but with: futuopend-gateway password",
}

// listen passes on each line that is typed, to whatever is wanted at that time.
func (w watcher) listen(ctx context.Context) {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		said, err := w.pass(ctx, text)
		if err != nil {
			said = err.Error()
		}
		fmt.Fprintln(os.Stderr, said)
	}
}

func (w watcher) pass(ctx context.Context, text string) (said string, err error) {
	brief, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	now, err := w.client.Status(brief)
	if err != nil {
		return "", err
	}
	switch fsm.State(now.State) {
	case fsm.AwaitingCode:
		return submitAnswer(ctx, w.client, fsm.ChallengeCode, text, true)
	case fsm.AwaitingCaptcha:
		return submitAnswer(ctx, w.client, fsm.ChallengeCaptcha, text, true)
	}
	return "nothing is wanted here; what was typed was not sent", nil
}

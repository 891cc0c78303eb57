package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// watch follows events until it is interrupted. At a terminal, what is wanted can be typed.
func watch(ctx context.Context, line call) error {
	t, after := talk{line}, uint64(0)
	if line.given["after"] {
		var err error
		if after, err = strconv.ParseUint(line.text("after"), 10, 64); err != nil {
			return usageError{errors.New(say("talk.after", "value", line.text("after")))}
		}
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
	if !line.given["after"] {
		after = now.Seq
	}
	w := watcher{client: c, json: line.on("json"), person: term.IsTerminal(int(os.Stdin.Fd()))}
	if !w.json {
		if err := printStatus(os.Stdout, now, time.Now(), paintOn(os.Stdout)); err != nil {
			return err
		}
	}
	if w.person {
		w.prompt(now.State)
		go w.listen(ctx) // ends with the program: nothing but the person can end a read from a terminal
	}
	return w.follow(ctx, after)
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
				fmt.Fprintln(os.Stderr, say("talk.lost"))
			}
			lost = true
			continue
		}
		if ctx.Err() != nil {
			return nil // it was told to end
		}
		if err != nil {
			return err
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
	line := fmt.Sprintf("%s %6d  %-22s %-34s %s", e.At.Local().Format("2006-01-02 15:04:05"), e.Seq, e.Kind, where, happened(e))
	_, err := fmt.Println(words.Visible(strings.TrimRight(line, " ")))
	return err
}

// happened says an event.
func happened(e client.Event) string {
	text := cmp.Or(words.Text(spoken(), "event."+e.Kind), e.Kind)
	if reason := words.Text(spoken(), "event."+e.Of); reason != "" {
		text = say("log.reason", "event", text, "reason", reason)
	}
	if e.Detail != "" {
		text = say("log.detail", "event", text, "detail", words.Detail(spoken(), e.Detail))
	}
	return text
}

// prompt asks a person for what a state wants.
func (w watcher) prompt(state string) {
	if kind := fsm.State(state).Wants(); kind != "" {
		fmt.Fprintln(os.Stderr, say("talk.watch."+string(kind)))
	}
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
			said = inWords(err)
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
	return say("talk.watch.nothing"), nil
}

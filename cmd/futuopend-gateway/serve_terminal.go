package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/sms"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// terminal is the container's own, if it has one: a person may type an answer there, as other images have it. What is
// typed is not shown, since what a container shows is its log.
type terminal struct {
	in   *os.File
	say  *output // shares the screen with the daemon's lines
	lang string
	give func(ctx context.Context, a answer) error
	now  func() fsm.State
	log  *zap.Logger
}

// answer is what a line gives.
type answer struct {
	kind fsm.ChallengeKind
	text string
}

// daemonCommand is how the daemon's own console takes an answer.
var daemonCommand = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*input_(phone|pic)_verify_code\s+-code=(\S+)\s*$`)
})

// answerIn is the answer in a line, as a code, a whole SMS or a command of the daemon's console. In a state that wants a
// captcha a word is its characters.
func answerIn(line string, state fsm.State) (a answer, ok bool) {
	kind, text := fsm.ChallengeCode, line
	if m := daemonCommand().FindStringSubmatch(line); m != nil {
		text = m[2]
		if m[1] == "pic" {
			kind = fsm.ChallengeCaptcha
		}
	} else if state == fsm.AwaitingCaptcha && len(strings.Fields(line)) == 1 {
		kind, text = fsm.ChallengeCaptcha, strings.TrimSpace(line)
	}
	if kind == fsm.ChallengeCaptcha {
		return answer{kind, text}, true
	}
	found, err := sms.Find(text)
	if err != nil || !found.Bare && !found.Ours && state != fsm.AwaitingCode {
		return answer{}, false
	}
	return answer{kind, found.Code}, true
}

// follow reads lines until ctx ends or the terminal does. Without a terminal, or one that is not ours to read, stdin is left
// alone. The terminal is left as it was found.
func (t *terminal) follow(ctx context.Context) {
	fd := int(t.in.Fd())
	if !term.IsTerminal(fd) || !foreground(fd) {
		return
	}
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return // it is gone
	}
	silent := *before
	silent.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &silent); err != nil {
		t.log.Warn("codes cannot be typed at this terminal", zap.Error(err))
		return
	}
	defer unix.IoctlSetTermios(fd, unix.TCSETS, before)
	wake, end, err := os.Pipe()
	if err != nil {
		t.log.Warn("codes cannot be typed at this terminal", zap.Error(err))
		return
	}
	defer wake.Close()
	stop := context.AfterFunc(ctx, func() { end.Close() }) // which wakes the poll
	defer func() {
		if stop() {
			end.Close()
		}
	}()
	t.read(ctx, fd, int(wake.Fd()))
}

// read takes a line at a time; the terminal gathers them, with its keys to mend one.
func (t *terminal) read(ctx context.Context, fd, wake int) {
	waits := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(wake), Events: unix.POLLIN}}
	line := make([]byte, sms.Max)
	for ctx.Err() == nil {
		if _, err := unix.Poll(waits, -1); errors.Is(err, unix.EINTR) {
			continue
		} else if err != nil || waits[1].Revents != 0 || !foreground(fd) {
			return
		}
		n, err := unix.Read(fd, line)
		if errors.Is(err, unix.EINTR) {
			continue
		} else if err != nil || n == 0 {
			return // its other end is gone, or Ctrl-D
		}
		for l := range bytes.Lines(line[:n]) {
			t.take(ctx, strings.TrimRight(string(l), "\r\n"))
		}
		clear(line) // it may be a code
	}
}

// take submits the answer in a line, or tells what can be typed. An empty line is a person who looks whether anybody is there.
func (t *terminal) take(ctx context.Context, line string) {
	a, ok := answerIn(line, t.now())
	if !ok {
		fmt.Fprintln(t.say, words.Text(t.lang, "terminal.usage"))
		return
	}
	if err := t.give(ctx, a); err != nil {
		fmt.Fprintln(t.say, words.Text(t.lang, "terminal.refused", "why", err.Error()))
		return
	}
	fmt.Fprintln(t.say, words.Text(t.lang, "terminal.taken"))
}

// foreground reports whether a terminal is this process's to read: a job in the background would be stopped for it.
func foreground(fd int) bool {
	group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// newTerminal is the terminal of this gateway.
func (g *gateway) newTerminal(say *output, log *zap.Logger) *terminal {
	return &terminal{in: os.Stdin, say: say, lang: spoken(), log: log,
		now: func() fsm.State { return g.journal.Last().To },
		give: func(ctx context.Context, a answer) error {
			if a.kind == fsm.ChallengeCaptcha {
				return g.agent.SubmitCaptcha(ctx, a.text, fsm.ByTerminal)
			}
			return g.agent.SubmitCode(ctx, a.text, fsm.ByTerminal)
		},
	}
}

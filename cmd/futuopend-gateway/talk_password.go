package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/transport/client"
)

// handPassword asks for the password on the terminal, without echo, and hands it to the gateway on this
// machine, which types it once and keeps it nowhere.
func handPassword(ctx context.Context, line call) error {
	t := talk{line}
	password, err := readPassword(os.Stdin)
	if err != nil {
		return err
	}
	err = t.with(ctx, func(ctx context.Context, c *client.Client) error { return c.Password(ctx, password) })
	if err != nil {
		return err
	}
	return printed(say("talk.password.typed"))
}

// readPassword reads one line: from a terminal without echo, or from a pipe.
func readPassword(in *os.File) (string, error) {
	if term.IsTerminal(int(in.Fd())) {
		return askPassword(int(in.Fd()))
	}
	line, err := bufio.NewReader(io.LimitReader(in, maxSecret)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", failed("talk.failed.password", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// askPassword turns the echo off before it asks, so that not even what is typed at once is seen.
func askPassword(fd int) (string, error) {
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return "", failed("talk.failed.password", err)
	}
	silent := *before
	silent.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &silent); err != nil {
		return "", failed("talk.failed.password", err)
	}
	defer unix.IoctlSetTermios(fd, unix.TCSETS, before)
	fmt.Fprint(os.Stderr, say("talk.password.ask")+" ")
	text, err := term.ReadPassword(fd)
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return "", failed("talk.failed.password", err)
	}
	return string(text), nil
}

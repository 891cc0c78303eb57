package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/ostai/futuopend-gateway/transport/client"
)

// handPassword asks for the password on the terminal, without echo, and hands it to the gateway on this
// machine, which types it once and keeps it nowhere.
func handPassword(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("password", flag.ContinueOnError)
	if err := parseFlags(flags, args, 0); err != nil {
		return err
	}
	password, err := readPassword(os.Stdin)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"password": password})
	if err != nil {
		return fmt.Errorf("hand over the password: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if err := postOwn(ctx, "/password", body); err != nil {
		return err
	}
	fmt.Println("typed; the gateway's status tells what became of it")
	return nil
}

// readPassword reads one line: from a terminal without echo, or from a pipe.
func readPassword(in *os.File) (string, error) {
	if term.IsTerminal(int(in.Fd())) {
		return askPassword(int(in.Fd()))
	}
	line, err := bufio.NewReader(io.LimitReader(in, maxSecret)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// askPassword turns the echo off before it asks, so that not even what is typed at once is seen.
func askPassword(fd int) (string, error) {
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	silent := *before
	silent.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &silent); err != nil {
		return "", fmt.Errorf("turn off the echo: %w", err)
	}
	defer unix.IoctlSetTermios(fd, unix.TCSETS, before)
	fmt.Fprint(os.Stderr, "login password: ")
	text, err := term.ReadPassword(fd)
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return string(text), nil
}

// postOwn sends a command to the gateway on this machine. The error says what the gateway said.
func postOwn(ctx context.Context, path string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+ownAddress()+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask the gateway: %w", err)
	}
	token, err := ownToken()
	if err != nil {
		return err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return explain(&client.UnreachableError{Err: err})
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusAccepted {
		return nil
	}
	var p struct{ Detail string }
	text, _ := io.ReadAll(io.LimitReader(resp.Body, maxSecret))
	if json.Unmarshal(text, &p) != nil || p.Detail == "" {
		p.Detail = resp.Status
	}
	return fmt.Errorf("refused: %s", p.Detail)
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// healthWithin bounds a whole healthcheck. A gateway that serves answers within milliseconds, and a
// container engine that waits longer than its own timeout shows no reason.
const healthWithin = 3 * time.Second

// maxHealth bounds what is read of an answer, in bytes. The gateway's own has some thirty.
const maxHealth = 4 << 10

// healthcheck asks the gateway that runs with the same environment whether it serves or, with -ready, whether
// quotes would work now, proven by the daemon's own API. It says nothing bad of a daemon that waits for a person or is halted:
// a restart would not help, and would be one more login.
func healthcheck(ctx context.Context, line call) error {
	path, word := "/livez", "health.alive"
	if line.on("ready") {
		path, word = "/readyz", "health.ready"
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	state, err := askHealth(ctx, path)
	if err != nil {
		return &saidError{say(word+".not", "why", err.Error()), err}
	}
	return printed(say(word, "state", state))
}

// askHealth returns the state that the own gateway tells.
func askHealth(ctx context.Context, path string) (state string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, ownURL("http", path), nil)
	if err != nil {
		return "", fmt.Errorf("ask for %s: %w", path, err)
	}
	answer, err := ownClient().Do(req)
	if err != nil {
		return "", &saidError{say("health.unanswered", "why", unreached(err)), err}
	}
	return readHealth(answer)
}

// readHealth understands one answer. It closes its body.
func readHealth(answer *http.Response) (state string, err error) {
	defer answer.Body.Close()
	var told struct{ State, Missing string }
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxHealth)).Decode(&told); err != nil || told.State == "" {
		return "", errors.New(say("health.foreign", "address", answer.Request.URL.String(), "status", answer.Status))
	}
	switch {
	case answer.StatusCode == http.StatusOK:
		return told.State, nil
	case told.Missing != "":
		return "", errors.New(say("health.missing", "state", told.State, "missing", told.Missing, "why", say("missing."+told.Missing)))
	}
	return "", errors.New(told.State)
}

package main

import (
	"context"
	"slices"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
)

// command is one subcommand: all that help, completion, the man page and the README know of it. What it does stands in the store
// of sentences as help.NAME, and what its flags do as help.flag.NAME.FLAG, or help.flag.FLAG where that is the same for all.
type command struct {
	name    string
	args    string          // the words after it, as help shows them; those in [] may be left out
	least   int             // how many words it takes at least
	most    int             // and at most
	choices func() []string // the words that may stand there, nil if they are not known
	files   bool            // its word is a file
	talks   bool            // it talks to a gateway that runs, and takes the flags that name one
	options []option
	run     func(context.Context, call) error // nil for simulate, which reads its own flags
}

// option is a flag of a command.
type option struct {
	name  string
	takes string // what its value is called; empty for one that is on or off
}

// reach are the flags that name a gateway.
var reach = []option{{"url", "ADDRESS"}, {"token-file", "FILE"}}

// commands has a row for each command, in the order of the help.
func commands() []command {
	return []command{
		{name: "serve", options: []option{{"simulate", "SCENARIO"}}, run: serve},
		{name: "status", talks: true, options: []option{{"json", ""}}, run: status},
		{name: "watch", talks: true, options: []option{{"after", "SEQ"}, {"json", ""}}, run: watch},
		{name: "wait", talks: true, options: []option{{"ready", ""}, {"timeout", "DURATION"}}, run: wait},
		{name: "code", args: "[CODE|-]", most: 1, talks: true, options: []option{{"no-wait", ""}}, run: submitCode},
		{name: "captcha", args: "[ANSWER]", most: 1, talks: true, options: []option{{"new", ""}, {"o", "FILE"}, {"no-wait", ""}}, run: captcha},
		{name: "resend", talks: true, run: resend},
		{name: "init", talks: true, options: []option{{"yes", ""}}, run: initDaemon},
		{name: "restart", talks: true, options: []option{{"yes", ""}}, run: restartDaemon},
		{name: "stop", talks: true, run: stopDaemon},
		{name: "password", talks: true, run: handPassword},
		{name: "check", run: check},
		{name: "report", talks: true, run: tellReport},
		{name: "notify-test", run: notifyTest},
		{name: "fetch", args: "[FOLDER]", most: 1, files: true, run: fetchDaemon},
		{name: "replay", args: "FILE", least: 1, most: 1, files: true, options: []option{{"json", ""}}, run: replay},
		{name: "simulate", args: "[SCENARIO] [FLAGS]", choices: scenarioNames},
		{name: "healthcheck", options: []option{{"ready", ""}}, run: healthcheck},
		{name: "help", args: "[COMMAND]", most: 1, choices: commandNames, run: help},
		{name: "completion", args: "bash|zsh|fish", least: 1, most: 1, choices: shells, run: completion},
		{name: "man", run: printMan},
		{name: "version", run: printVersion},
	}
}

// flags are all that a command takes.
func (c command) flags() []option {
	if !c.talks {
		return c.options
	}
	return slices.Concat(c.options, reach)
}

func commandNames() (names []string) {
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

func scenarioNames() (names []string) {
	for _, s := range opendsim.Scenarios() {
		names = append(names, s.Name)
	}
	return names
}

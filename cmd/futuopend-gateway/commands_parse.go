package main

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strconv"
	"strings"
)

// call is a command line that was understood.
type call struct {
	command command
	words   []string
	after   []string // what follows --, for serve, which hands it to the simulator
	set     *flag.FlagSet
	given   map[string]bool
}

// on reports whether a flag without a value is on.
func (c call) on(name string) bool { return c.text(name) == "true" }

// text is the value of a flag, empty if it is not given.
func (c call) text(name string) string { return c.set.Lookup(name).Value.String() }

// word is the one word after a command, empty if there is none.
func (c call) word() string {
	if len(c.words) == 0 {
		return ""
	}
	return c.words[0]
}

// errHelp is the end of a command line that asks for help.
var errHelp = errors.New("help is wanted")

// parse understands the arguments of a command: flags and words in any order, as people write them.
func (c command) parse(args []string) (call, error) {
	out := call{command: c, set: flag.NewFlagSet(c.name, flag.ContinueOnError), given: map[string]bool{}}
	out.set.SetOutput(io.Discard) // what is wrong is said once, in the person's language
	for _, o := range c.flags() {
		if o.takes == "" {
			out.set.Bool(o.name, false, "")
		} else {
			out.set.String(o.name, "", "")
		}
	}
	for len(args) > 0 {
		if err := out.set.Parse(args); err != nil {
			return out, c.explain(err)
		}
		rest := out.set.Args()
		if end := len(args) - len(rest) - 1; end >= 0 && args[end] == "--" {
			out.after = rest
			break
		}
		if len(rest) == 0 {
			break
		}
		out.words, args = append(out.words, rest[0]), rest[1:]
	}
	if c.name != "serve" {
		out.words, out.after = append(out.words, out.after...), nil
	}
	out.set.Visit(func(f *flag.Flag) { out.given[f.Name] = true })
	return out, c.count(len(out.words))
}

// count complains of too few or too many words.
func (c command) count(n int) error {
	if n >= c.least && n <= c.most {
		return nil
	}
	wants := strconv.Itoa(c.most)
	if c.least != c.most {
		wants = strconv.Itoa(c.least) + "-" + wants
	}
	return usageError{errors.New(say("help.count", "command", c.name, "wants", wants, "count", strconv.Itoa(n)))}
}

// explain says what is wrong with a flag.
func (c command) explain(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return errHelp
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		var names []string
		for _, o := range c.flags() {
			names = append(names, o.name)
		}
		return usageError{errors.New(say("help.no_flag", "command", c.name, "flag", "-"+name, "hint", suggestion("-", name, names)))}
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		return usageError{errors.New(say("help.no_value", "command", c.name, "flag", name))}
	}
	return usageError{errors.New(say("help.bad_flag", "command", c.name, "error", text))}
}

// find is the command of a name.
func find(name string) (command, error) {
	all := commands()
	if i := slices.IndexFunc(all, func(c command) bool { return c.name == name }); i >= 0 {
		return all[i], nil
	}
	return command{}, usageError{errors.New(say("help.no_command", "name", name, "hint", suggestion("", name, commandNames())))}
}

// suggestion asks whether one of some names was meant: the one that takes the fewest changes, at most two, or that begins so.
func suggestion(mark, typed string, names []string) string {
	best, least := "", 3
	for _, name := range names {
		if d := changes(typed, name); d < least && d < len(name) {
			best, least = name, d
		}
	}
	if best == "" && typed != "" {
		if i := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, typed) }); i >= 0 {
			best = names[i]
		}
	}
	if best == "" {
		return ""
	}
	return say("help.meant", "name", mark+best)
}

// changes counts how many letters are put in, left out or replaced between two names: Levenshtein's distance.
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := corner
			if a[i] != b[j] {
				replaced++
			}
			corner = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

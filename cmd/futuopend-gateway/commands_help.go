package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// help prints what all commands do, or what one does, with its flags.
func help(_ context.Context, c call) error {
	if c.word() == "" {
		usage(os.Stdout, spoken())
		return nil
	}
	about, err := find(c.word())
	if err != nil {
		return err
	}
	about.help(os.Stdout, spoken())
	return nil
}

// usage lists the commands.
func usage(w io.Writer, lang string) {
	fmt.Fprintln(w, words.Text(lang, "help.usage"))
	width := 0
	for _, c := range commands() {
		width = max(width, len(c.line(c.options)))
	}
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-11s %-*s %s\n", c.name, width, c.line(c.options), words.Text(lang, "help."+c.name))
	}
	fmt.Fprintln(w, words.Text(lang, "help.more"))
}

// line is what may stand after the name of a command.
func (c command) line(options []option) string {
	var parts []string
	for _, o := range options {
		parts = append(parts, "[-"+strings.TrimSuffix(o.name+" "+o.takes, " ")+"]")
	}
	return strings.TrimSpace(strings.Join(append(parts, c.args), " "))
}

// help says what a command does.
func (c command) help(w *os.File, lang string) {
	if c.run == nil {
		opendsim.Main([]string{"-help"}, os.Stdin, w)
		return
	}
	fmt.Fprintf(w, "%s\n\n%s\n", words.Text(lang, "help.usage.one", "line", strings.TrimSpace(c.name+" "+c.line(c.flags()))), words.Text(lang, "help."+c.name))
	if more := words.Text(lang, "help."+c.name+".more"); more != "" {
		fmt.Fprintf(w, "%s\n", more)
	}
	if len(c.flags()) > 0 {
		fmt.Fprintln(w)
	}
	for _, o := range c.flags() {
		fmt.Fprintf(w, "  %-20s %s\n", strings.TrimSuffix("-"+o.name+" "+o.takes, " "), c.does(o, lang))
	}
}

// does is what a flag does.
func (c command) does(o option, lang string) string {
	return cmp.Or(words.Text(lang, "help.flag."+c.name+"."+o.name), words.Text(lang, "help.flag."+o.name))
}

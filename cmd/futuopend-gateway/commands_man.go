package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// printMan prints the man page, which man -l - reads.
func printMan(context.Context, call) error {
	man(os.Stdout, spoken())
	return nil
}

// exits are the exit codes, each with its sentence.
var exits = []int{0, 1, 2, 3}

func man(w io.Writer, lang string) {
	say := func(key string) string { return roff(words.Text(lang, key)) }
	fmt.Fprintf(w, ".TH FUTUOPEND\\-GATEWAY 1 \"\" \"%s\"\n", roff(version))
	fmt.Fprintf(w, ".SH NAME\nfutuopend\\-gateway \\- %s\n", say("help.man.name"))
	fmt.Fprintf(w, ".SH SYNOPSIS\n.B futuopend\\-gateway\n[COMMAND] [FLAGS] [ARGUMENTS]\n")
	fmt.Fprintf(w, ".SH %s\n", say("help.man.commands"))
	for _, c := range commands() {
		fmt.Fprintf(w, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(c.name+" "+c.line(c.flags()))), say("help."+c.name))
		if more := say("help." + c.name + ".more"); more != "" {
			fmt.Fprintln(w, more)
		}
		for _, o := range c.options {
			fmt.Fprintf(w, ".br\n.I %s\n%s\n", roff("-"+o.name), roff(c.does(o, lang)))
		}
	}
	fmt.Fprintf(w, ".SH %s\n", say("help.man.reach"))
	for _, o := range reach {
		fmt.Fprintf(w, ".TP\n.B %s\n%s\n", roff("-"+o.name+" "+o.takes), say("help.flag."+o.name))
	}
	fmt.Fprintf(w, ".SH %s\n", say("help.man.settings"))
	for _, s := range settings() {
		fmt.Fprintf(w, ".TP\n.B %s\n%s\n", roff(s.name), roff(s.help))
	}
	fmt.Fprintf(w, ".SH %s\n", say("help.man.exits"))
	for _, code := range exits {
		fmt.Fprintf(w, ".TP\n.B %d\n%s\n", code, say(fmt.Sprint("help.exit.", code)))
	}
}

// roff is a text in which nothing is a command of roff.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

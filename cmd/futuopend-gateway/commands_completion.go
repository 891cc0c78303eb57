package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// names are how this program is called: the image has the short one as a link.
var names = []string{"futuopend-gateway", "gw"}

// shells are those that have a completion.
func shells() []string { return []string{"bash", "zsh", "fish"} }

// completion prints what teaches a shell to complete a command line.
func completion(_ context.Context, c call) error {
	switch c.word() {
	case "bash":
		bash(os.Stdout)
	case "zsh":
		zsh(os.Stdout, spoken())
	case "fish":
		fish(os.Stdout, spoken())
	default:
		return usageError{errors.New(say("help.no_shell", "name", c.word(), "shells", strings.Join(shells(), ", ")))}
	}
	return nil
}

// following are the words that may follow a command: its flags, and what its word may be.
func (c command) following() (out []string) {
	if c.choices != nil {
		out = c.choices()
	}
	for _, o := range c.flags() {
		out = append(out, "-"+o.name)
	}
	return out
}

func bash(w io.Writer) {
	fmt.Fprintf(w, "# bash: source <(futuopend-gateway completion bash)\n_futuopend_gateway() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} words=\n")
	fmt.Fprintf(w, "\tif ((COMP_CWORD == 1)); then\n\t\twords=%q\n\telse\n\t\tcase ${COMP_WORDS[1]} in\n", strings.Join(commandNames(), " "))
	for _, c := range commands() {
		if list := c.following(); len(list) > 0 {
			fmt.Fprintf(w, "\t\t%s) words=%q ;;\n", c.name, strings.Join(list, " "))
		}
	}
	fmt.Fprintf(w, "\t\tesac\n\tfi\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _futuopend_gateway %s\n", strings.Join(names, " "))
}

func zsh(w io.Writer, lang string) {
	fmt.Fprintf(w, "#compdef %s\n# zsh: futuopend-gateway completion zsh >\"${fpath[1]}/_futuopend-gateway\"\nlocal -a all\nall=(\n", strings.Join(names, " "))
	for _, c := range commands() {
		fmt.Fprintf(w, "\t%s\n", quote(c.name+":"+words.Text(lang, "help."+c.name)))
	}
	fmt.Fprintf(w, ")\nif (( CURRENT == 2 )); then\n\t_describe command all\n\treturn\nfi\nlocal name=$words[2]\nshift words\n(( CURRENT-- ))\ncase $name in\n")
	for _, c := range commands() {
		var rows []string
		for _, o := range c.flags() {
			row := "-" + o.name + "[" + strings.NewReplacer("[", "(", "]", ")", ":", ",").Replace(c.does(o, lang)) + "]"
			if o.takes != "" {
				row += ":" + o.takes + ":" + map[bool]string{true: "_files"}[o.takes == "FILE"]
			}
			rows = append(rows, quote(row))
		}
		switch {
		case c.choices != nil:
			rows = append(rows, quote("*: :("+strings.Join(c.choices(), " ")+")"))
		case c.files:
			rows = append(rows, quote("*: :_files"))
		}
		if len(rows) > 0 {
			fmt.Fprintf(w, "%s) _arguments %s ;;\n", c.name, strings.Join(rows, " "))
		}
	}
	fmt.Fprintln(w, "esac")
}

func fish(w io.Writer, lang string) {
	fmt.Fprintln(w, "# fish: futuopend-gateway completion fish | source")
	for _, program := range names {
		for _, c := range commands() {
			fmt.Fprintf(w, "complete -c %s -f -n __fish_use_subcommand -a %s -d %s\n", program, c.name, quote(words.Text(lang, "help."+c.name)))
			seen := "complete -c " + program + " -n '__fish_seen_subcommand_from " + c.name + "'"
			for _, o := range c.flags() {
				fmt.Fprintf(w, "%s -o %s%s -d %s\n", seen, o.name, map[bool]string{true: " -r"}[o.takes != ""], quote(c.does(o, lang)))
			}
			if c.choices != nil {
				fmt.Fprintf(w, "%s -f -a %s\n", seen, quote(strings.Join(c.choices(), " ")))
			}
		}
	}
}

// quote is a text as one word of a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

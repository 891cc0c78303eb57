package main

import (
	"os"

	"go.uber.org/zap/zapcore"
	"golang.org/x/term"
)

// tone is a colour of a terminal, as its escape sequence.
type tone string

const (
	plain     tone = ""
	faint     tone = "\x1b[2m"
	good      tone = "\x1b[32m"
	doubtful  tone = "\x1b[33m"
	bad       tone = "\x1b[31m"
	attention tone = "\x1b[1;33m"
	unpainted      = "\x1b[0m"
)

// tones are those of a line of the log, by its level.
var tones = map[zapcore.Level]tone{zapcore.WarnLevel: doubtful, zapcore.ErrorLevel: bad}

// paint is whether a reader shows colours.
type paint bool

// paintOn reports whether a file is a terminal that shows colours, and nobody wishes none: https://no-color.org.
func paintOn(f *os.File) paint {
	return paint(os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd())))
}

// in is a text in a tone.
func (p paint) in(t tone, text string) string {
	if !p || t == plain {
		return text
	}
	return string(t) + text + unpainted
}

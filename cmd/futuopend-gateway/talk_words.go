package main

import (
	"cmp"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// spoken is the language of the person at this terminal: FUTU_LANG where it names one, which the messages follow too, and
// otherwise that of the terminal. The daemon knows one Chinese; a terminal of Hong Kong, Macau or Taiwan has its own.
func spoken() string {
	lang := os.Getenv("FUTU_LANG")
	terminal := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	if lang == "en" || lang != "chs" && !strings.HasPrefix(terminal, "zh") {
		return words.English
	}
	for _, place := range []string{"zh_HK", "zh_MO", "zh_TW", "zh_Hant"} {
		if strings.HasPrefix(terminal, place) {
			return words.Traditional
		}
	}
	return words.Chinese
}

// say is a sentence of the store for that person. What has no sentence there is shown as it is.
func say(key string, pairs ...string) string { return cmp.Or(words.Text(spoken(), key, pairs...), key) }

// clause is a sentence as the end of a line: without its full stop and its capital, unless a name has that. It is
// empty for what the store does not know.
func clause(key string) string {
	text := strings.TrimRight(words.Text(spoken(), key), ".。")
	word, _, _ := strings.Cut(text, " ")
	if len(word) > 0 && word[1:] == strings.ToLower(word[1:]) {
		return strings.ToLower(word) + text[len(word):]
	}
	return text
}

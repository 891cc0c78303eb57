package main

import (
	"cmp"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// spoken is the language of the person at this terminal: FUTU_LANG where it names one, which the messages follow too, and
// otherwise that of the terminal.
func spoken() string {
	if lang := os.Getenv("FUTU_LANG"); lang == "en" || lang == "chs" {
		return words.Like(lang)
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if lang := os.Getenv(name); lang != "" && strings.HasPrefix(lang, "zh") {
			return words.Chinese
		} else if lang != "" {
			break
		}
	}
	return words.English
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

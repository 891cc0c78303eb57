// Package words is the one store of sentences for people, in each language. The page serves it to its scripts; messages, the
// command line and the log ask it.
//
// A sentence is one row in en.json, one in zh.json and one in zh-Hant.json, under the same key: state.STATE, says.STATE, event.KIND,
// advice.KIND, missing.PART, result.RESULT, error.CODE, log.NAME for a line of the log, and what else a reader needs. The English advice of a failed login is
// not there: it is the row of its class in package fsm, since the wire says it too.
package words

import (
	"embed"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

//go:embed en.json zh.json zh-Hant.json
var files embed.FS

// The languages.
const (
	English     = "en"
	Chinese     = "zh"      // simplified
	Traditional = "zh-Hant" // Chinese as Hong Kong and Taiwan write it
)

// Languages are all of them.
func Languages() []string { return []string{English, Chinese, Traditional} }

// Like is the language of people whose daemon speaks chs or en. Whatever is not en is the daemon's default, Chinese.
func Like(daemon string) string {
	if daemon == "en" {
		return English
	}
	return Chinese
}

// tables are the sentences by language and key. Each is read when a reader first asks for its language: most runs need one.
var tables = func() map[string]func() map[string]string {
	out := map[string]func() map[string]string{}
	for _, lang := range Languages() {
		out[lang] = sync.OnceValue(func() map[string]string { return read(lang) })
	}
	return out
}()

// table is empty for a language that is none.
func table(lang string) map[string]string {
	if read := tables[lang]; read != nil {
		return read()
	}
	return nil
}

func read(lang string) map[string]string {
	b, err := files.ReadFile(lang + ".json")
	table := map[string]string{}
	if err = errors.Join(err, json.Unmarshal(b, &table)); err != nil {
		panic("words: " + err.Error()) // it is in the program
	}
	if lang == English {
		for _, k := range fsm.Failures() {
			table["advice."+string(k)] = sentence(k.Advice())
		}
	}
	return table
}

// sentence gives a clause its capital and its full stop.
func sentence(clause string) string {
	first, n := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + clause[n:] + "."
}

// Text is a sentence, with each {name} in it filled in from pairs of name and value. It is empty if the store has no such
// key, so that a reader can show what is newer than the store as it is.
func Text(lang, key string, pairs ...string) string {
	text := table(lang)[key]
	if len(pairs) == 0 {
		return text
	}
	filled := make([]string, 0, len(pairs))
	for i := 0; i < len(pairs); i += 2 {
		filled = append(filled, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(filled...).Replace(text)
}

// Slug is a name as the last part of a key: its letters and digits in lower case, with _ between its words.
func Slug(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_")
}

// Keys are the keys that a language has, in no order.
func Keys(lang string) (keys []string) {
	for key := range table(lang) {
		keys = append(keys, key)
	}
	return keys
}

// elsewhere are the groups that the page never reads: they are half of the store.
var elsewhere = []string{"log.", "check.", "wrong.", "setting.", "guide.", "terminal.", "message.", "talk.", "help.", "inbox.", "loud.", "habit.", "hint.", "volume.", "puid."}

// JSON is one object with the sentences of a language that the page's scripts may read, by key; more.CLASS is the address that [Help] knows.
func JSON(lang string) []byte {
	own := maps.Clone(table(lang))
	maps.DeleteFunc(own, func(key, _ string) bool {
		return slices.ContainsFunc(elsewhere, func(group string) bool { return strings.HasPrefix(key, group) })
	})
	for _, class := range fsm.Grounds() {
		if link := Help(lang, class); link != "" {
			own["more."+string(class)] = link
		}
	}
	b, err := json.Marshal(own)
	if err != nil {
		panic("words: " + err.Error()) // a map of texts
	}
	return b
}

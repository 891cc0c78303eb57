// Package words is the one store of sentences for people, in each language. The page serves it to its scripts; messages, the
// command line and the log ask it.
//
// A sentence is one row in en.json, one in zh.json and one in zh-Hant.json, under the same key: state.STATE, says.STATE, event.KIND,
// advice.KIND, missing.PART, result.RESULT, error.CODE, log.NAME for a line of the log, and what else a reader needs. The English advice of a failed login is
// not there: it is the row of its class in package fsm, since the wire says it too.
package words

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"github.com/ostai/futuopend-gateway/fsm"
)

// The files, a row on each line.
var (
	//go:embed en.json
	english string
	//go:embed zh.json
	simplified string
	//go:embed zh-Hant.json
	traditional string
)

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

// file is the store of a language, empty for one that is none.
func file(lang string) string {
	switch lang {
	case English:
		return english
	case Chinese:
		return simplified
	case Traditional:
		return traditional
	}
	return ""
}

// found are the sentences that were asked for, by language and key: at most the store itself, and some that it does not have.
var found sync.Map

// missed counts the latter: kinds without an advice, for the most part, which each line of the log asks for.
var missed atomic.Int32

// maxMissed bounds them, since a kind may be from a newer journal. The program's own are some hundred.
const maxMissed = 1000

// find is the sentence of a key, empty if there is none. It looks for the one row, and takes nothing else apart: a run says few of
// the thousand, and each start would wait a millisecond for the rest.
func find(lang, key string) string {
	if text, ok := found.Load(lang + key); ok {
		return text.(string)
	}
	text := row(lang, key)
	switch {
	case text != "":
	case strings.HasPrefix(key, "detail.") || missed.Load() >= maxMissed:
		return "" // a detail may be any text
	default:
		missed.Add(1)
	}
	found.Store(lang+key, text)
	return text
}

func row(lang, key string) string {
	if class, ok := strings.CutPrefix(key, "advice."); ok && lang == English {
		if f, ok := fsm.Kind(class).Failure(); ok {
			return sentence(f.Advice)
		}
	}
	_, rest, ok := strings.Cut(file(lang), "\n  \""+key+"\": ")
	if !ok || strings.ContainsAny(key, "\"\n") { // the name of a kind may be from a newer journal
		return ""
	}
	line, _, _ := strings.Cut(rest, "\n")
	return parsed[string](strings.TrimSuffix(line, ","))
}

// table is all of a language.
func table(lang string) map[string]string {
	text := file(lang)
	if text == "" {
		return nil
	}
	all := parsed[map[string]string](text)
	if lang == English {
		for _, k := range fsm.Failures() {
			all["advice."+string(k)] = sentence(k.Advice())
		}
	}
	return all
}

// parsed is JSON of the store, which is in the program.
func parsed[T any](text string) (v T) {
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		panic("words: " + err.Error() + " in " + text)
	}
	return v
}

// sentence gives a clause its capital and its full stop.
func sentence(clause string) string {
	first, n := utf8.DecodeRuneInString(clause)
	return string(unicode.ToUpper(first)) + clause[n:] + "."
}

// Text is a sentence, with each {name} in it filled in from pairs of name and value. It is empty if the store has no such
// key, so that a reader can show what is newer than the store as it is.
func Text(lang, key string, pairs ...string) string {
	text := find(lang, key)
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
var elsewhere = []string{"log.", "check.", "wrong.", "setting.", "guide.", "terminal.", "message.", "talk.", "help.", "health.", "replay.", "form.", "send.", "inbox.", "loud.", "habit.", "hint.", "volume.", "puid."}

// JSON is one object with the sentences of a language that the page's scripts may read, by key; more.CLASS is the address that [Help]
// knows, mend.CLASS what mends a class, and details the table of [Detail].
func JSON(lang string) []byte {
	own := map[string]any{"details": json.RawMessage(details)}
	for key, text := range table(lang) {
		if !slices.ContainsFunc(elsewhere, func(group string) bool { return strings.HasPrefix(key, group) }) {
			own[key] = text
		}
	}
	for _, class := range fsm.Grounds() {
		if link := Help(lang, class); link != "" {
			own["more."+string(class)] = link
		}
		if mend := class.Mend(); mend != fsm.MendElsewhere {
			own["mend."+string(class)] = mend
		}
	}
	b, err := json.Marshal(own)
	if err != nil {
		panic("words: " + err.Error()) // a map of texts
	}
	return b
}

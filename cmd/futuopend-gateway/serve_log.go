package main

import (
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/transport/words"
)

// told is the log for people: what a room logs under a constant name is said in their language, by the sentence of that
// name in the store. Programs read the other form, JSON, where the name stays what it is.
type told struct {
	zapcore.Core
	lang string
}

func (c told) With(fields []zapcore.Field) zapcore.Core { return told{c.Core.With(fields), c.lang} }

func (c told) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(e.Level) {
		return to
	}
	return to.AddCore(e, c)
}

func (c told) Write(e zapcore.Entry, fields []zapcore.Field) error {
	e.Message, fields = c.sentence(e.Message, fields)
	return c.Core.Write(e, fields)
}

// sentence says a line. The fields that it does not have in it are left over.
func (c told) sentence(name string, fields []zapcore.Field) (text string, rest []zapcore.Field) {
	values := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(values)
	}
	if kind, ok := values.Fields["kind"].(string); ok && (name == "state" || name == "event") {
		if text = c.event(kind, values.Fields); text != "" {
			return text, fieldsWithout(fields, "advice")
		}
	}
	text = words.Text(c.lang, "log."+words.Slug(name))
	if text == "" {
		return name, fields // newer than the store
	}
	var pairs []string
	for _, f := range fields {
		if strings.Contains(text, "{"+f.Key+"}") {
			pairs = append(pairs, f.Key, c.value(values.Fields[f.Key]))
			continue
		}
		rest = append(rest, f)
	}
	return words.Text(c.lang, "log."+words.Slug(name), pairs...), rest
}

// event says an entry of the journal, with what can be done about it. It is empty for a kind that the store does not have.
func (c told) event(kind string, values map[string]any) string {
	happened := words.Text(c.lang, "event."+kind)
	if of, ok := values["of"].(string); ok {
		kind = of
	}
	advice := words.Text(c.lang, "advice."+kind)
	if happened == "" || advice == "" {
		return happened
	}
	return words.Text(c.lang, "log.state.advised", "event", happened, "advice", advice)
}

// value is what a field says, as people write it: times in this machine's zone.
func (c told) value(v any) string {
	if d, ok := v.(time.Duration); ok {
		return span(c.lang, d)
	}
	text := fmt.Sprint(v)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.Local().Format("2006-01-02 15:04:05")
	}
	return text
}

func fieldsWithout(fields []zapcore.Field, name string) (rest []zapcore.Field) {
	for _, f := range fields {
		if f.Key != name {
			rest = append(rest, f)
		}
	}
	return rest
}

// span is a time that something takes, to the second.
func span(lang string, d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		key  string
		size time.Duration
	}{{"unit.hour", time.Hour}, {"unit.minute", time.Minute}, {"unit.second", time.Second}} {
		if n := d / unit.size; n > 0 {
			parts = append(parts, words.Text(lang, unit.key, "n", fmt.Sprint(int64(n))))
			d -= n * unit.size
		}
	}
	if len(parts) == 0 {
		return words.Text(lang, "unit.second", "n", "0")
	}
	return strings.Join(parts, " ")
}

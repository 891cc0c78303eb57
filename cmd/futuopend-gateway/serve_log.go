package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// told is the log for people: what a room logs under a constant name is said in their language, by the sentence of that
// name in the store, and what wants somebody is said loudly. Programs read the other form, JSON, where the name stays what it is.
type told struct {
	zapcore.LevelEnabler
	out   interface{ say(piece func() []byte) }
	lang  string
	at    place
	paint paint
	with  []zapcore.Field
}

// newLog is the gateway's own log. Nothing is sampled: each message is a constant, and sampling would drop the ones that
// differ only in their fields.
func newLog(w *output, level zapcore.Level, json bool, at place, p paint) *zap.Logger {
	if !json {
		return zap.New(told{LevelEnabler: level, out: w, lang: spoken(), at: at, paint: p})
	}
	enc := zap.NewProductionEncoderConfig()
	enc.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	enc.EncodeDuration = zapcore.StringDurationEncoder
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(enc), w, level))
}

func (c told) With(fields []zapcore.Field) zapcore.Core {
	c.with = append(slices.Clip(c.with), fields...)
	return c
}

func (c told) Check(e zapcore.Entry, to *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(e.Level) {
		return to
	}
	return to.AddCore(e, c)
}

// Sync has nothing to do.
func (c told) Sync() error { return nil }

// Write says one line, and below it what a person needs who has to act. It is one piece, so that nothing comes between.
func (c told) Write(e zapcore.Entry, fields []zapcore.Field) error {
	values := zapcore.NewMapObjectEncoder()
	for _, f := range slices.Concat(c.with, fields) {
		f.AddTo(values)
	}
	c.out.say(func() []byte {
		var b bytes.Buffer
		c.lines(&b, e, values.Fields)
		return b.Bytes()
	})
	return nil
}

// clockForm is how the log tells the time of a line: with the date, since it goes on for weeks.
const clockForm = "2006-01-02 15:04:05"

func (c told) lines(b *bytes.Buffer, e zapcore.Entry, values map[string]any) {
	text, loud := c.sentence(e.Message, values)
	if text == "" {
		return
	}
	clock := e.Time.Local().Format(clockForm)
	tone := tones[e.Level]
	if values["to"] == string(fsm.Connected) {
		tone = good
	}
	switch {
	case loud != nil:
		tone = attention
		text = ">>> " + text
	case e.Level >= zapcore.ErrorLevel:
		text = words.Text(c.lang, "log.level.error", "text", text)
	case e.Level == zapcore.WarnLevel:
		text = words.Text(c.lang, "log.level.warning", "text", text)
	}
	fmt.Fprintf(b, "%s  %s\n", c.paint.in(faint, clock), c.paint.in(tone, words.Visible(text)))
	for _, l := range slices.DeleteFunc(loud, func(l string) bool { return l == "" }) {
		fmt.Fprintf(b, "%*s  %s\n", len(clock), "", c.paint.in(tone, words.Visible(">>> "+l)))
	}
}

// sentence says a line, and what follows it loudly if somebody has to act.
func (c told) sentence(name string, values map[string]any) (text string, loud []string) {
	switch name {
	case "state", "event":
		if text, loud = c.entry(values); text != "" {
			return text, loud
		}
	case "the account is not ready, and a person is told":
		return c.trouble(values)
	case "listening":
		own := c.value("page", values["page"])
		return words.Text(c.lang, "log.listening", "page", c.at.page, "api", c.value("api", values["api"])) + c.published(own), nil
	}
	key := "log." + words.Slug(name)
	if words.Text(c.lang, key) == "" {
		return unknownLine(name, values), nil
	}
	var pairs []string
	for key, v := range values {
		pairs = append(pairs, key, c.value(key, v))
	}
	return words.Text(c.lang, key, pairs...), nil
}

// published says where a container's page is reached, which nobody inside can know, or the own address of one that has another outside.
func (c told) published(own string) string {
	switch {
	case c.at.asks != "":
		return words.Text(c.lang, "log.listening.published", "command", c.at.asks)
	case own != c.at.page:
		return words.Text(c.lang, "log.listening.here", "page", own)
	}
	return ""
}

// unknownLine is a line that is newer than the store, with all that it has.
func unknownLine(name string, values map[string]any) string {
	var rest []string
	for key, v := range values {
		rest = append(rest, fmt.Sprintf("%s=%v", key, v))
	}
	slices.Sort(rest)
	return strings.TrimSpace(name + " " + strings.Join(rest, " "))
}

// value is what a field says, as people write it: times in this machine's zone.
func (c told) value(key string, v any) string {
	if d, ok := v.(time.Duration); ok {
		return words.Span(c.lang, d)
	}
	text := fmt.Sprint(v)
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.Local().Format(clockForm)
	}
	if key == "spent" || key == "note" || key == "error" {
		return words.Detail(c.lang, text)
	}
	return text
}

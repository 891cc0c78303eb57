package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// answerWith is the command that answers each kind of challenge.
var answerWith = map[fsm.ChallengeKind]string{
	fsm.ChallengeCode: "code CODE", fsm.ChallengeCaptcha: "captcha", fsm.ChallengePassword: "password",
}

// status tells the state.
func status(ctx context.Context, line call) error {
	return talk{line}.with(ctx, func(ctx context.Context, c *client.Client) error {
		if line.on("json") {
			body, err := c.StatusJSON(ctx) // as it is: the gateway may be newer
			if err == nil {
				_, err = os.Stdout.Write(append(bytes.TrimSpace(body), '\n'))
			}
			return err
		}
		now, err := c.Status(ctx)
		if err != nil {
			return err
		}
		return printStatus(os.Stdout, now, time.Now(), paintOn(os.Stdout))
	})
}

// sheet are the lines of a status: a name, and what there is to say of it.
type sheet struct {
	lines []string
	paint paint
}

// add adds a line. What the daemon or another gateway says has no character in it that nobody sees.
func (s *sheet) add(name string, t tone, text string) {
	label := padded(say("talk.row."+name), 7)
	s.lines = append(s.lines, s.paint.in(faint, label)+" "+s.paint.in(t, words.Visible(text)))
}

// printStatus prints a few lines for a person. The times are those of this machine's zone.
func printStatus(out io.Writer, s client.Status, now time.Time, p paint) error {
	sheet := &sheet{paint: p}
	sheet.add("state", mood(s), named(s.State, cmp.Or(meaning(s), say("talk.newer.state"))))
	if !s.Since.IsZero() {
		sheet.add("since", plain, timeAndSpan(s.Since, now))
	}
	if s.Account != "" {
		sheet.add("account", plain, strings.TrimSpace(s.Account+" "+s.Name))
	}
	sheet.readiness(s)
	sheet.challenge(s.Challenge, now)
	if h := s.Halted; h != nil {
		why := h.Class
		if h.Detail != "" {
			why = named(why, words.Detail(spoken(), h.Detail))
		}
		sheet.add("why", bad, why)
		if advice := cmp.Or(clause("advice."+h.Class), h.Advice); advice != "" {
			sheet.add("advice", plain, advice)
		}
	}
	sheet.trouble(s, now)
	if !s.NextStart.IsZero() {
		sheet.add("next", plain, say("talk.next", "at", timeAndSpan(s.NextStart, now)))
	}
	if s.Trouble != nil {
		if link := words.Help(spoken(), fsm.Kind(s.Trouble.Class)); link != "" {
			sheet.add("help", plain, link)
		}
	}
	if w := s.Week; w != nil {
		share := math.Floor(1000*w.Ready) / 10 // what is not whole never looks whole
		sheet.add("week", plain, say("week.share", "share", strconv.FormatFloat(share, 'f', -1, 64), "span", coarse(time.Duration(w.Known)*time.Second)))
	}
	if count := uint64(0); len(s.Unknown) > 0 {
		for _, u := range s.Unknown {
			count += u.Count
		}
		sheet.add("unknown", doubtful, say("talk.unknown", "count", strconv.FormatUint(count, 10)))
	}
	if _, err := fmt.Fprintln(out, strings.Join(sheet.lines, "\n")); err != nil {
		return failed("talk.failed.print", err)
	}
	return nil
}

// meaning is what a state means. One that halts and is started again by itself, at a time or once something changes, only halts.
func meaning(s client.Status) string {
	if h := s.Halted; h != nil && (!s.NextStart.IsZero() || words.Text(spoken(), "next."+h.Class) != "") {
		return say("state." + s.State)
	}
	return clause("says." + s.State)
}

// mood is the tone of a state: good if all works, bad if nothing goes on by itself.
func mood(s client.Status) tone {
	switch state := fsm.State(s.State); {
	case s.Ready:
		return good
	case state == fsm.Halted:
		return bad
	case s.Challenge != nil:
		return attention
	case s.Trouble != nil:
		return doubtful
	}
	return plain
}

// challenge says what is wanted of a person, and with which command it is given.
func (s *sheet) challenge(c *client.Challenge, now time.Time) {
	if c == nil {
		return
	}
	line := say("talk.wanted", "kind", cmp.Or(words.Text(spoken(), "talk.kind."+c.Kind), c.Kind), "at", timeAndSpan(c.Asked, now))
	if with, ok := answerWith[fsm.ChallengeKind(c.Kind)]; ok {
		line += say("talk.answer", "command", "futuopend-gateway "+with)
	}
	s.add("wanted", attention, line)
	if c.AttemptsLeft != nil {
		s.add("left", plain, say("talk.left", "count", strconv.Itoa(*c.AttemptsLeft)))
	}
	if c.Again.After(now) {
		s.add("resend", plain, say("talk.again", "at", timeAndSpan(c.Again, now)))
	}
}

// trouble says why the account is not ready, what to do and what happens next, as far as other lines do not.
func (s *sheet) trouble(now client.Status, at time.Time) {
	t := now.Trouble
	if t == nil {
		return
	}
	class := fsm.Kind(t.Class)
	line := named(t.Class, cmp.Or(words.Reason(spoken(), class, fsm.Part(now.Missing)), t.Reason))
	if detail := words.Beside(spoken(), line, t.Detail); detail != "" {
		line = named(line, detail)
	}
	if now.Halted == nil && (now.Challenge == nil || !asks(class)) { // which say it better
		s.add("trouble", doubtful, line+say("talk.and")+say("talk.since", "at", timeAndSpan(t.Since, at)))
	}
	if !t.Told.IsZero() {
		s.add("told", plain, say("talk.told", "at", timeAndSpan(t.Told, at)))
	}
	if now.Halted == nil {
		s.add("advice", plain, strings.TrimRight(cmp.Or(words.Advice(spoken(), class), t.Advice), ".。"))
	}
	if now.NextStart.IsZero() {
		s.add("next", plain, strings.TrimRight(cmp.Or(words.Next(spoken(), fsm.State(now.State), class, now.NextStart), t.Next), ".。"))
	}
}

// asks reports whether a class of trouble is the challenge itself. Any other says why that is not over: no SMS is on its way, for one.
func asks(class fsm.Kind) bool {
	switch class {
	case fsm.CodeWanted, fsm.CodeVerifying, fsm.CaptchaWanted, fsm.CaptchaVerifying, fsm.PasswordPrompt:
		return true
	}
	return false
}

// readiness says whether quotes would work now, and what the daemon's API told. Older gateways tell neither.
func (s *sheet) readiness(now client.Status) {
	if now.Missing == "" && now.API == nil {
		return
	}
	api, parts, tone := cmp.Or(now.API, &client.API{}), []string{say("talk.ready")}, good
	if !now.Ready {
		tone, parts[0] = plain, say("talk.unready", "missing", now.Missing, "why", unproven(now.Missing, api.Why))
	}
	if !api.Proven.IsZero() {
		parts = append(parts, say("talk.proven", "span", words.Span(spoken(), time.Duration(api.Age)*time.Second)))
	}
	if now.API != nil {
		parts = append(parts, say("talk.trade."+strconv.FormatBool(api.Trade)))
	}
	if api.Server != "" {
		parts = append(parts, say("talk.server", "version", api.Server))
	}
	s.add("ready", tone, strings.Join(parts, say("talk.and")))
	if api.Rights != "" {
		s.add("rights", plain, api.Rights)
	}
}

// unproven says what is missing for quotes: in the gateway's own words, which are English, or in those of the store.
func unproven(part, why string) string {
	stored := clause("missing." + part)
	if spoken() != words.English {
		why, stored = stored, why
	}
	return cmp.Or(why, stored, say("talk.newer.part"))
}

// named is a text after its name.
func named(name, text string) string { return say("talk.named", "name", name, "text", text) }

// coarse is how long something lasts, in the greatest unit of which there are two.
func coarse(d time.Duration) string {
	for _, unit := range []struct {
		key  string
		size time.Duration
	}{{"unit.day", 24 * time.Hour}, {"unit.hour", time.Hour}, {"unit.minute", time.Minute}} {
		if d >= 2*unit.size {
			return say(unit.key, "n", fmt.Sprint(int64(d.Round(unit.size)/unit.size)))
		}
	}
	return say("unit.second", "n", fmt.Sprint(int64(d/time.Second)))
}

// timeAndSpan is a time for a person, with how far it is from now.
func timeAndSpan(t, now time.Time) string {
	text := t.Local().Format("2006-01-02 15:04:05 MST")
	if d := t.Sub(now).Round(time.Second); d > 0 {
		return say("talk.in", "at", text, "span", words.Span(spoken(), d))
	}
	return say("talk.ago", "at", text, "span", words.Span(spoken(), now.Sub(t).Round(time.Second)))
}

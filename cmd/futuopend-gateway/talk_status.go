package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
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
func status(ctx context.Context, args []string) error {
	t := newTalk("status")
	asJSON := t.flags.Bool("json", false, "print one JSON object, as GET /status answers")
	if err := parseFlags(t.flags, args, 0); err != nil {
		return err
	}
	return t.with(ctx, func(ctx context.Context, c *client.Client) error {
		if *asJSON {
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
		return printStatus(os.Stdout, now, time.Now())
	})
}

// printStatus prints a few lines for a person. The times are those of this machine's zone.
func printStatus(out io.Writer, s client.Status, now time.Time) error {
	lines := []string{fmt.Sprintf("state   %s: %s", s.State, cmp.Or(clause("says."+s.State), "a state that this version does not know"))}
	if !s.Since.IsZero() {
		lines = append(lines, "since   "+timeAndSpan(s.Since, now))
	}
	lines = append(lines, readiness(s)...)
	if c := s.Challenge; c != nil {
		line := fmt.Sprintf("wanted  %s, asked %s", c.Kind, timeAndSpan(c.Asked, now))
		if with, ok := answerWith[fsm.ChallengeKind(c.Kind)]; ok {
			line += "; answer with: futuopend-gateway " + with
		}
		lines = append(lines, line)
		if c.AttemptsLeft != nil {
			lines = append(lines, fmt.Sprintf("left    %d codes may be typed within this minute", *c.AttemptsLeft))
		}
		if c.Again.After(now) {
			lines = append(lines, "resend  another SMS may be asked for at "+timeAndSpan(c.Again, now))
		}
	}
	if h := s.Halted; h != nil {
		line := "why     " + h.Class
		if h.Detail != "" {
			line += ": " + h.Detail
		}
		lines = append(lines, line)
		if h.Advice != "" {
			lines = append(lines, "advice  "+cmp.Or(clause("advice."+h.Class), h.Advice))
		}
	}
	lines = append(lines, troubled(s, now)...)
	if !s.NextStart.IsZero() {
		lines = append(lines, "next    the daemon is started again at "+timeAndSpan(s.NextStart, now))
	}
	if len(s.Unknown) > 0 {
		count := uint64(0)
		for _, u := range s.Unknown {
			count += u.Count
		}
		lines = append(lines, fmt.Sprintf("unknown %d of the daemon's lines are known to no rule; see: futuopend-gateway report", count))
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(out, words.Visible(l)); err != nil {
			return err
		}
	}
	return nil
}

// troubled says why the account is not ready, what to do and what happens next, as far as other lines do not.
func troubled(s client.Status, now time.Time) (lines []string) {
	t := s.Trouble
	if t == nil {
		return nil
	}
	class := fsm.Kind(t.Class)
	line := fmt.Sprintf("trouble %s: %s", t.Class, cmp.Or(words.Reason(spoken(), class, fsm.Part(s.Missing)), t.Reason))
	if t.Detail != "" && s.Halted == nil {
		line += ": " + t.Detail
	}
	lines = append(lines, line+"; since "+timeAndSpan(t.Since, now))
	if !t.Told.IsZero() {
		lines = append(lines, "told    a person was told at "+timeAndSpan(t.Told, now))
	}
	if s.Halted == nil {
		lines = append(lines, "advice  "+strings.TrimRight(cmp.Or(words.Advice(spoken(), class), t.Advice), ".。"))
	}
	if s.NextStart.IsZero() {
		lines = append(lines, "next    "+strings.TrimRight(cmp.Or(words.Next(spoken(), fsm.State(s.State), class, s.NextStart), t.Next), ".。"))
	}
	return lines
}

// readiness says whether quotes would work now, and what the daemon's API told. Older gateways tell neither.
func readiness(s client.Status) (lines []string) {
	if s.Missing == "" && s.API == nil {
		return nil
	}
	api := s.API
	if api == nil {
		api = &client.API{}
	}
	line := "ready   yes"
	if !s.Ready {
		why := cmp.Or(api.Why, clause("missing."+s.Missing), "a part that this version does not know")
		line = fmt.Sprintf("ready   no, %s: %s", s.Missing, why)
	}
	if !api.Proven.IsZero() {
		line += fmt.Sprintf("; quotes proven %v ago", time.Duration(api.Age)*time.Second)
	}
	if s.API != nil {
		line += "; trading " + map[bool]string{true: "logged in", false: "not logged in"}[api.Trade]
	}
	if api.Server != "" {
		line += "; server " + api.Server
	}
	lines = append(lines, line)
	if api.Rights != "" {
		lines = append(lines, "rights  "+api.Rights)
	}
	return lines
}

// timeAndSpan is a time for a person, with how far it is from now.
func timeAndSpan(t, now time.Time) string {
	text := t.Local().Format("2006-01-02 15:04:05 MST")
	if d := t.Sub(now).Round(time.Second); d > 0 {
		return fmt.Sprintf("%s (in %v)", text, d)
	}
	return fmt.Sprintf("%s (%v ago)", text, now.Sub(t).Round(time.Second))
}

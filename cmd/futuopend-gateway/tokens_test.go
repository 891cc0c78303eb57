package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestALesserTokenNeedsTheFullOneAndIsNotTheSame(t *testing.T) {
	const a, b, d = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "dddddddddddddddd"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(d+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		e     environment
		wrong string
	}{
		{environment{}, ""},
		{environment{Token: a, AnswerToken: b, ReadTokenFile: file}, ""},
		{environment{AnswerToken: b}, "ANSWER_TOKEN"},
		{environment{ReadTokenFile: file}, "READ_TOKEN"},
		{environment{Token: a, AnswerToken: a}, "ANSWER_TOKEN"},
		{environment{Token: d, ReadTokenFile: file}, "READ_TOKEN"},
		{environment{Token: a, AnswerToken: b, ReadToken: b}, "READ_TOKEN"},
		{environment{Token: a, AnswerToken: "short"}, "ANSWER_TOKEN"},
	} {
		var got checker
		got.tokens(c.e)
		if len(got.problems) > 1 || (len(got.problems) == 1) != (c.wrong != "") || c.wrong != "" && got.problems[0].name != c.wrong {
			t.Errorf("%+v: %v, want %q", c.e, got.problems, c.wrong)
		}
		if strings.Contains(got.problems.Error(), b) {
			t.Errorf("the message has a token: %v", got.problems)
		}
	}
}

func TestALesserTokenAloneEndsTheStartWith2(t *testing.T) {
	p := prepare(t, nil, "FUTU_CMD="+script(t, "-scenario=ok"), "READ_TOKEN=0123456789abcdef")
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.until(p.Stderr, "READ_TOKEN is set without SERVER_TOKEN")
	if code := p.Wait(); code != 2 {
		t.Errorf("it exits with %d, want 2", code)
	}
}

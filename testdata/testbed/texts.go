package testbed

import (
	"bytes"
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// DaemonText is one wording of the daemon's own table of texts.
type DaemonText struct {
	Line         string
	Kind, Reason string // what it means alone, and as the reason of a failed login; empty for nothing
	Failed       string // how a failed login begins in its language
	Joined       string // a phrase that decides nothing, in its language
}

// DaemonTexts reads the table as it is kept for the tests, in both languages.
func DaemonTexts(t testing.TB, path string) (out []DaemonText) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		kind, reason := strings.Trim(row[3], "-"), strings.Trim(row[4], "-")
		if row[5] != "-" { // this one has no Chinese
			out = append(out, DaemonText{row[5], kind, reason, "登录失败", "错误码: 5"})
		}
		out = append(out, DaemonText{row[6], kind, reason, "Login failed", "Error code: 5"})
	}
	if len(out) < 200 {
		t.Fatalf("the table has %d texts only", len(out))
	}
	return out
}

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// understood holds what is said today against what was said then: answers and what version 1 is told in their order,
// one for one; of what version 2 is told of the journal each kind, since pushes may come between any two answers.
func understood(t *testing.T, then, now []string) {
	t.Helper()
	for _, on := range []string{"v1", "v2", "http"} {
		old, today := of(then, on), of(now, on)
		for _, line := range old {
			if !push(line) || strings.Contains(line, `"exited"`) || strings.Contains(line, `"output_ended"`) || strings.Contains(line, "api_ready") || strings.Contains(line, "trade_ready") {
				continue // the API is asked after the login, and a conversation may be over by then
			}
			if !slices.ContainsFunc(today, func(l string) bool { return push(l) && kindOf(l) == kindOf(line) }) {
				t.Errorf("of %s no push like this comes any more: %s", on, line)
			}
		}
		old, today = slices.DeleteFunc(old, push), slices.DeleteFunc(today, push)
		for i, line := range old {
			if i >= len(today) {
				t.Fatalf("of %s this was said then, and is not said any more: %s", on, line)
			}
			if why := alike(line, today[i]); why != "" {
				t.Fatalf("%s\nthen:  %s\ntoday: %s", why, line, today[i])
			}
		}
		if len(today) > len(old) {
			t.Errorf("of %s this came beside all that was said then: %s", on, today[len(old)])
		}
	}
}

func of(lines []string, on string) (out []string) {
	for _, l := range lines {
		if strings.HasPrefix(l, on+"<") || strings.HasPrefix(l, on+">") {
			out = append(out, l)
		}
	}
	return out
}

// push reports whether a frame of version 2 answers nothing.
func push(line string) bool {
	text, ok := strings.CutPrefix(line, "v2< ")
	var f struct {
		Type string
		ID   json.RawMessage
	}
	return ok && json.Unmarshal([]byte(text), &f) == nil && f.ID == nil && (f.Type == "STATUS" || f.Type == "EVENT")
}

// kindOf is what a push tells of: the kind of an entry, or a state.
func kindOf(line string) string {
	var f struct{ Type, Kind, State string }
	json.Unmarshal([]byte(strings.TrimPrefix(line, "v2< ")), &f)
	return f.Type + f.Kind + f.State
}

// alike says what a client of then would miss in what is said today; nothing, if all is there.
func alike(then, today string) string {
	switch {
	case then == today:
		return ""
	case strings.HasPrefix(then, "v1< ") && !strings.Contains(then, "ERROR"), strings.Contains(then, "> "):
		return "not byte for byte the same"
	case then[:8] != today[:8]: // a status over HTTP; elsewhere the beginning of a JSON object
		return "another status or kind of frame"
	}
	if strings.HasSuffix(then, ` ""`) {
		return "" // a text for people
	}
	_, then, _ = strings.Cut(then, "< ")
	_, today, _ = strings.Cut(today, "< ")
	old, new := objects(then), objects(today)
	for i, x := range old {
		switch {
		case x["type"] == "EVENT": // an entry of GET /events; the daemon says more today, in between
			if x["from"] == x["to"] {
				continue
			}
			i = slices.IndexFunc(new, func(y map[string]any) bool { return y["kind"] == x["kind"] && y["to"] == x["to"] })
			fallthrough
		default:
			if i < 0 || i >= len(new) {
				return fmt.Sprintf("%v is not there any more", x)
			}
			if why := missing("", x, new[i]); why != "" {
				return why
			}
		}
	}
	return ""
}

// objects are the JSON objects of a line, after the status of HTTP if there is one.
func objects(line string) (out []map[string]any) {
	for d := json.NewDecoder(strings.NewReader(strings.TrimLeft(line, "0123456789 "))); ; {
		var o map[string]any
		if d.Decode(&o) != nil {
			return out
		}
		out = append(out, o)
	}
}

// exact are the members whose values are words of the wire. Of the others a client knows the type only.
const exact = " type error code state status from to result kind challenge.kind ready missing id "

// missing names the first member that is not there today, is of another type, or says another word.
func missing(path string, then, today any) string {
	switch x := then.(type) {
	case map[string]any:
		y, ok := today.(map[string]any)
		if !ok {
			return path + " is no object any more"
		}
		for name, v := range x {
			w, ok := y[name]
			if name == "again" || name == "api" {
				continue // there as soon as the SMS was sent, or the API asked
			}
			if !ok {
				return path + "." + name + " is not there any more"
			}
			if why := missing(path+"."+name, v, w); why != "" {
				return why
			}
			if strings.Contains(exact, " "+name+" ") && fmt.Sprint(v) != fmt.Sprint(w) {
				return fmt.Sprintf("%s.%s was %v and is %v", path, name, v, w)
			}
		}
	case []any:
		y, ok := today.([]any)
		if !ok {
			return path + " is no list any more"
		}
		for i := range min(len(x), len(y)) {
			if why := missing(path+"[]", x[i], y[i]); why != "" {
				return why
			}
		}
	default:
		if fmt.Sprintf("%T", then) != fmt.Sprintf("%T", today) {
			return fmt.Sprintf("%s was %T and is %T", path, then, today)
		}
	}
	return ""
}

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// understood holds what is said today against what was said then. What comes in a fixed order is compared one for one:
// what version 1 is told, the answers of version 2, its results, and HTTP. Of what version 2 is told of the journal each
// kind must come: pushes may come between any two answers.
func understood(t *testing.T, then, now []string) {
	t.Helper()
	for _, line := range of(then, pushes) {
		if !slices.ContainsFunc(of(now, pushes), func(l string) bool { return kindOf(l) == kindOf(line) }) {
			t.Errorf("no push like this comes any more: %s", line)
		}
	}
	for _, lane := range []string{"v1", "v2 answers", "v2 results", "http"} {
		old, today := of(then, lane), of(now, lane)
		for i, line := range old {
			if i >= len(today) {
				t.Fatalf("of %s this was said then, and is not said any more: %s", lane, line)
			}
			if why := alike(line, today[i]); why != "" {
				t.Fatalf("%s\nthen:  %s\ntoday: %s", why, line, today[i])
			}
		}
		if len(today) > len(old) {
			t.Errorf("of %s this came beside all that was said then: %s", lane, today[len(old)])
		}
	}
}

// of are the lines of a lane, in their order.
func of(lines []string, lane string) (out []string) {
	for _, l := range lines {
		if laneOf(l) == lane {
			out = append(out, l)
		}
	}
	return out
}

const pushes = "v2 pushes"

// laneOf tells what order a line has its place in; empty for what the client said, and for what comes after the login or
// the end, when a conversation may be over.
func laneOf(line string) string {
	on, text, told := strings.Cut(line, "< ")
	if !told || strings.Contains(on, ">") {
		return ""
	}
	if on != "v2" {
		return on
	}
	var f struct {
		Type, Kind, State string
		ID                json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return on
	}
	switch {
	case f.ID != nil:
		return "v2 answers"
	case f.Type == "CODE_RESULT":
		return "v2 results"
	case slices.Contains([]string{"api_ready", "trade_ready", "output_ended", "exited"}, f.Kind), f.State == "closed":
		return ""
	}
	return pushes
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
	case strings.HasPrefix(then, "v1< ") && !strings.Contains(then, "ERROR"):
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
			if _, status := x["status"]; !status && x["type"] != "EVENT" && new[i]["state"] != nil {
				x["state"] = new[i]["state"] // of what was obeyed: the state a moment later, whichever that is
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

package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/sms"
)

// members are where forwarders put the text of a message, in the order in which they are looked at.
var members = []string{"code", "content", "text", "body", "Body", "msg", "message", "sms"}

// message is a text that should have a code, as somebody sent it in a body.
type message struct {
	text  string
	named bool   // it stood in a member, and was not the whole body
	way   fsm.By // what the sender says of how it came to him
}

// readMessage reads the text of a body: of a form or a JSON object the first of members that is there, also one object
// deeper, since forwarders wrap what they send; of anything else all of it.
func readMessage(w http.ResponseWriter, r *http.Request) (m message, err error) {
	body, err := readAll(w, r)
	if err != nil {
		return m, err
	}
	object := map[string]any{}
	switch trimmed := bytes.TrimSpace(body); {
	case len(trimmed) > 0 && trimmed[0] == '{':
		if json.Unmarshal(trimmed, &object) != nil {
			return m, refuse("body_invalid", "the body begins as a JSON object and is none")
		}
	case !form(r.Header.Get("Content-Type"), body, object):
		return message{text: string(body)}, nil
	}
	if way, ok := object["by"].(string); ok {
		m.way = fsm.By(way)
	}
	for _, o := range append([]map[string]any{object}, below(object)...) {
		for _, name := range members {
			v, there := o[name]
			text, ok := v.(string)
			switch _, deeper := v.(map[string]any); {
			case ok:
				m.text, m.named = text, true
				return m, nil
			case there && !deeper:
				return m, refuse("body_invalid", fmt.Sprintf("the member %q must be a text", name))
			}
		}
	}
	return m, refuse("body_invalid", `the body has none of the members that a text is looked for in; send for example {"code":"123456"}`)
}

// below are the objects one level below.
func below(object map[string]any) (out []map[string]any) {
	for _, v := range object {
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// form reads a form of either kind. Command-line clients call everything a form: what has none of the members is none.
func form(kind string, body []byte, into map[string]any) bool {
	kind, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return false
	}
	var values url.Values
	switch kind {
	case "application/x-www-form-urlencoded":
		values, err = url.ParseQuery(string(body))
	case "multipart/form-data":
		var parts *multipart.Form
		if parts, err = multipart.NewReader(bytes.NewReader(body), params["boundary"]).ReadForm(maxFrame); err == nil {
			values = parts.Value
		}
	default:
		return false
	}
	for _, name := range append([]string{"by"}, members...) {
		if err == nil && values.Has(name) {
			into[name] = values.Get(name)
		}
	}
	return len(into) > 0
}

// readAll reads a body within its bounds.
func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	back := away(r.Context()) // it comes as slowly as its sender likes
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	back()
	if err == nil {
		settle(w)
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, refuse("body_too_large", fmt.Sprintf("a body has at most %d bytes", maxFrame))
	}
	if err != nil {
		return nil, refuse("body_invalid", fmt.Sprintf("the body did not come whole within %v", bodyWithin))
	}
	return text, nil
}

// codeIn is the code in a message, or why there is none. What is no code alone, and not from Futu or moomoo, is somebody
// else's: it counts only while a code is wanted.
func codeIn(m message, state fsm.State) (code string, err error) {
	found, err := sms.Find(m.text)
	switch {
	case errors.Is(err, sms.ErrSeveral):
		return "", refuse("code_unclear", err.Error()+"; nothing was typed")
	case err != nil && !m.named:
		return "", refuse("body_invalid", err.Error()+`; send it as it stands in the SMS, the whole SMS, or {"code":"123456"}`)
	case err != nil:
		return "", refuse("code_invalid", err.Error()+", for example 123456; nothing was typed")
	case !found.Bare && !found.Ours && state != fsm.AwaitingCode:
		return "", refuse("code_not_wanted", "the text does not say that it is from Futu or moomoo, and no code is wanted: the state is "+string(state))
	}
	return found.Code, nil
}

package transport_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/transport"
)

// openapi is openapi.yaml, as JSON has it. A schema of version 3.1 is one of JSON Schema, so the validator of asyncapi.yaml is used.
var openapi = sync.OnceValues(func() (map[string]any, *jsonschema.Compiler) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		panic(err)
	}
	var doc any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		panic(err)
	}
	b, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi.json", plain); err != nil {
		panic(err)
	}
	return plain.(map[string]any), c
})

// compiling guards the compiler, which is not safe for concurrent use.
var compiling sync.Mutex

// schemaAt is the schema at a JSON pointer.
func schemaAt(pointer ...string) (*jsonschema.Schema, error) {
	_, c := openapi()
	compiling.Lock()
	defer compiling.Unlock()
	escaped := make([]string, len(pointer))
	for i, p := range pointer {
		escaped[i] = strings.NewReplacer("~", "~0", "/", "~1", "%", "%25").Replace(p)
	}
	return c.Compile("openapi.json#/" + strings.Join(escaped, "/"))
}

// standsAt is what stands at a JSON pointer, nil for nothing. A reference is followed, and the pointer with it.
func standsAt(pointer ...string) (any, []string) {
	doc, _ := openapi()
	var here any = doc
	for i, p := range pointer {
		m, ok := here.(map[string]any)
		if !ok {
			return nil, nil
		}
		here = m[p]
		if r, ok := here.(map[string]any); ok && r["$ref"] != nil {
			to := strings.Split(strings.TrimPrefix(r["$ref"].(string), "#/"), "/")
			return standsAt(append(to, pointer[i+1:]...)...)
		}
	}
	return here, pointer
}

// pathOf is the path of the description that a request is for.
func pathOf(path string) string {
	switch {
	case strings.HasPrefix(path, "/page/"):
		return "/page/{file}"
	case strings.HasPrefix(path, "/sms/") && len(path) > len("/sms/") && strings.Count(path, "/") == 2:
		return "/sms/{token}"
	}
	return path
}

// isDescribed holds an answer of whatever flow of these tests, and the request that was obeyed, to the description.
func isDescribed(t *testing.T, answer *http.Response, body []byte) {
	t.Helper()
	r := answer.Request
	path, method := pathOf(r.URL.Path), strings.ToLower(r.Method)
	if found, _ := standsAt("paths", path, method); found == nil {
		if answer.StatusCode < 400 && r.Method != http.MethodHead && path != "/mounted" {
			t.Errorf("%s %s is answered with %s, and is not in openapi.yaml", r.Method, path, answer.Status)
		}
		return
	}
	status := strconv.Itoa(answer.StatusCode)
	_, where := standsAt("paths", path, method, "responses", status)
	said, _ := standsAt("paths", path, method, "responses", status)
	switch {
	case said != nil:
	case path == "/metrics", bytes.Contains(body, []byte("picture_missing")):
		return // a handler and a refusal that only a test has there
	default:
		t.Errorf("%s %s: the answer %s is not in openapi.yaml: %.200s", r.Method, path, status, body)
		return
	}
	if err := fits(append(slices.Clone(where), "content"), answer.Header.Get("Content-Type"), body); err != nil && len(body) > 0 {
		t.Errorf("%s %s: the answer %s is not as openapi.yaml has it: %v\n%.300s", r.Method, path, status, err, body)
	}
	if answer.StatusCode < 300 && r.GetBody != nil && answer.Header.Get("Content-Type") == "application/json" {
		requestFits(t, r, path, method)
	}
}

// requestFits holds the body of a request that was obeyed, if it is JSON, to the description.
func requestFits(t *testing.T, r *http.Request, path, method string) {
	t.Helper()
	reader, err := r.GetBody()
	if err != nil {
		return
	}
	var sent bytes.Buffer
	if _, err := sent.ReadFrom(reader); err != nil || sent.Len() == 0 || !json.Valid(sent.Bytes()) || sent.Bytes()[0] != '{' {
		return // a text, or a form
	}
	if err := fits([]string{"paths", path, method, "requestBody", "content"}, "application/json", sent.Bytes()); err != nil {
		t.Errorf("%s %s: the request is not as openapi.yaml has it: %v\n%s", r.Method, path, err, sent.Bytes())
	}
}

// fits holds a body to the schema of its kind.
func fits(where []string, kind string, body []byte) error {
	bare, _, _ := mime.ParseMediaType(kind)
	for _, name := range []string{kind, bare, "*/*"} {
		if found, _ := standsAt(append(slices.Clone(where), name)...); found == nil {
			continue
		}
		if !strings.Contains(bare, "json") {
			return nil
		}
		schema, err := schemaAt(append(slices.Clone(where), name, "schema")...)
		if err != nil {
			return err
		}
		lines := [][]byte{body}
		if bare == "application/jsonl" {
			lines = bytes.Split(bytes.TrimSpace(body), []byte("\n"))
		}
		for _, line := range lines {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
			if err == nil {
				err = schema.Validate(value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%q is no kind of it", kind)
}

func TestEveryRequestIsInTheDescriptionWithWhoMaySendIt(t *testing.T) {
	want := transport.Requests()
	want["GET /metrics"] = "read" // mounted from outside
	doc, _ := openapi()
	for path, methods := range doc["paths"].(map[string]any) {
		for method := range methods.(map[string]any) {
			request := strings.ToUpper(method) + " " + strings.Replace(path, "{file}", "", 1)
			who, _ := standsAt("paths", path, method, "x-who")
			if want[request] == "" || who != want[request] {
				t.Errorf("openapi.yaml has %s for %v, and the routes have it for %q", request, who, want[request])
			}
			if free, _ := standsAt("paths", path, method, "security"); (free != nil) != (who == "anyone") {
				t.Errorf("openapi.yaml: the security of %s is not that of %v", request, who)
			}
			delete(want, request)
		}
	}
	for request, who := range want {
		t.Errorf("openapi.yaml has no %s, for %s", request, who)
	}
}

func TestEveryRefusalIsInTheDescriptionWithItsStatus(t *testing.T) {
	for code, status := range transport.Statuses {
		if status == 0 || status == http.StatusMethodNotAllowed {
			continue // of frames, and of requests that are none
		}
		body := fmt.Sprintf(`{"title":"x","status":%d,"detail":"x","code":%q,"state":"idle"}`, status, code)
		schema, err := schemaAt("components", "schemas", fmt.Sprintf("problem%d", status))
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil || schema.Validate(value) != nil {
			t.Errorf("openapi.yaml: problem%d does not have %s", status, code)
		}
	}
	doc, _ := openapi()
	for name, schema := range doc["components"].(map[string]any)["schemas"].(map[string]any) {
		number, ok := strings.CutPrefix(name, "problem")
		if !ok || number == "" {
			continue
		}
		for _, code := range schema.(map[string]any)["allOf"].([]any)[1].(map[string]any)["properties"].(map[string]any)["code"].(map[string]any)["enum"].([]any) {
			if strconv.Itoa(transport.Statuses[code.(string)]) != number {
				t.Errorf("openapi.yaml has %v in %s, and the table has it as %d", code, name, transport.Statuses[code.(string)])
			}
		}
	}
}

// Examples are what people copy.
func TestExamplesOfTheDescriptionFitTheirSchemas(t *testing.T) {
	seen := 0
	var walk func(here any, where []string)
	walk = func(here any, where []string) {
		m, ok := here.(map[string]any)
		if !ok {
			return
		}
		if example, ok := m["example"]; ok && m["schema"] != nil && m["in"] == nil {
			schema, err := schemaAt(append(slices.Clone(where), "schema")...)
			if err == nil {
				err = schema.Validate(example)
			}
			if err != nil {
				t.Errorf("%s: %v", strings.Join(where, "/"), err)
			}
			seen++
		}
		for name, below := range m {
			walk(below, append(slices.Clone(where), name))
		}
	}
	doc, _ := openapi()
	walk(map[string]any(doc), nil)
	if seen < 20 {
		t.Errorf("there are %d examples only", seen)
	}
}

package testbed

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
)

// OpenAPI is a description of HTTP, of version 3.1: a schema of that is one of JSON Schema, so no validator of OpenAPI is needed.
// It is safe for concurrent use.
type OpenAPI struct {
	doc map[string]any

	mu       sync.Mutex // guards compiler, which is not safe for concurrent use
	compiler *jsonschema.Compiler
}

// ReadOpenAPI reads a description from a file.
func ReadOpenAPI(path string) (*OpenAPI, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	b, err := json.Marshal(doc) // through JSON, so that numbers are what the validator knows
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	o := &OpenAPI{doc: plain.(map[string]any), compiler: jsonschema.NewCompiler()}
	return o, o.compiler.AddResource("openapi.json", plain)
}

// At is what stands at a JSON pointer, nil for nothing, and where that is once references are followed.
func (o *OpenAPI) At(pointer ...string) (any, []string) {
	var here any = o.doc
	for i, p := range pointer {
		m, ok := here.(map[string]any)
		if !ok {
			return nil, nil
		}
		here = m[p]
		if r, ok := here.(map[string]any); ok && r["$ref"] != nil {
			to := strings.Split(strings.TrimPrefix(r["$ref"].(string), "#/"), "/")
			return o.At(append(to, pointer[i+1:]...)...)
		}
	}
	return here, pointer
}

// Fits holds a value, as JSON has it, to the schema at a JSON pointer.
func (o *OpenAPI) Fits(value any, pointer ...string) error {
	escaped := make([]string, len(pointer))
	for i, p := range pointer {
		escaped[i] = strings.NewReplacer("~", "~0", "/", "~1", "%", "%25").Replace(p)
	}
	o.mu.Lock()
	schema, err := o.compiler.Compile("openapi.json#/" + strings.Join(escaped, "/"))
	o.mu.Unlock()
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// path is the path of the description that a request is for, and its method there, empty for what is not described.
func (o *OpenAPI) path(r *http.Request) (path, method string) {
	method = strings.ToLower(r.Method)
	if r.Method == http.MethodHead {
		method = "get"
	}
	paths, _ := o.At("paths")
	for path, there := range paths.(map[string]any) {
		before, after, open := strings.Cut(path, "{")
		rest, below := strings.CutPrefix(r.URL.Path, before)
		same := path == r.URL.Path || open && below && rest != "" && !strings.Contains(rest, "/") && strings.HasSuffix(after, "}")
		if same && there.(map[string]any)[method] != nil {
			return path, method
		}
	}
	return "", method
}

// Holds holds an answer to the description, and the JSON of a request that was obeyed. What is asked of no endpoint is described
// by x-otherwise.
func (o *OpenAPI) Holds(answer *http.Response, body []byte) error {
	path, method := o.path(answer.Request)
	where := []string{"paths", path, method}
	if path == "" {
		where = []string{"x-otherwise"}
	}
	said, at := o.At(append(slices.Clone(where), "responses", strconv.Itoa(answer.StatusCode))...)
	if said == nil {
		return fmt.Errorf("it is answered with %s, which is not described: %.200s", answer.Status, body)
	}
	if len(body) > 0 {
		if err := o.body(append(at, "content"), answer.Header.Get("Content-Type"), body); err != nil {
			return fmt.Errorf("the answer %s: %w\n%.300s", answer.Status, err, body)
		}
	}
	if answer.StatusCode < 300 {
		return o.request(answer.Request, append(where, "requestBody", "content"))
	}
	return nil
}

// request holds the body of a request, if it is a JSON object and can be had again, to the description.
func (o *OpenAPI) request(r *http.Request, where []string) error {
	if r.GetBody == nil {
		return nil
	}
	reader, err := r.GetBody()
	if err != nil {
		return nil // it was not for keeping
	}
	var sent bytes.Buffer
	if _, err := sent.ReadFrom(reader); err != nil || !json.Valid(sent.Bytes()) || sent.Bytes()[0] != '{' {
		return nil // a text, or a form
	}
	if err := o.body(where, "application/json", sent.Bytes()); err != nil {
		return fmt.Errorf("the request: %w\n%s", err, sent.Bytes())
	}
	return nil
}

// body holds a body to the schema of its kind: of JSON and lines of it, since others have none.
func (o *OpenAPI) body(where []string, kind string, body []byte) error {
	bare, _, _ := mime.ParseMediaType(kind)
	for _, name := range []string{kind, bare, "*/*"} {
		if found, _ := o.At(append(slices.Clone(where), name)...); found == nil {
			continue
		}
		lines := [][]byte{body}
		switch {
		case !strings.Contains(bare, "json"):
			return nil
		case bare == "application/jsonl":
			lines = bytes.Split(bytes.TrimSpace(body), []byte("\n"))
		}
		for _, line := range lines {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
			if err != nil {
				return err
			}
			if err := o.Fits(value, append(slices.Clone(where), name, "schema")...); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%q is no kind of it", kind)
}

// Over is what makes requests, and holds each answer that is read to its end to the description.
func (o *OpenAPI) Over(t testing.TB, over http.RoundTripper) http.RoundTripper {
	return Seeing(over, func(answer *http.Response, body []byte) {
		if err := o.Holds(answer, body); err != nil {
			t.Errorf("%s %s: %v", answer.Request.Method, answer.Request.URL.Path, err)
		}
	})
}

package transport_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport"
)

// openapi is the description, which every flow of these tests is held to.
var openapi = sync.OnceValue(func() *testbed.OpenAPI {
	o, err := testbed.ReadOpenAPI("openapi.yaml")
	if err != nil {
		panic(err)
	}
	return o
})

// isDescribed holds an answer of whatever flow of these tests, and the request that was obeyed, to the description.
func isDescribed(t *testing.T, answer *http.Response, body []byte) {
	t.Helper()
	path := answer.Request.URL.Path
	switch {
	case path == "/mounted", path == "/metrics" && (answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusNotFound):
		return // a handler that only a test has there, or none
	case path != "/captcha.png" && bytes.Contains(body, []byte("picture_missing")):
		return // a refusal that only a test has there
	}
	if err := openapi().Holds(answer, body); err != nil {
		t.Errorf("%s %s is not as openapi.yaml has it: %v", answer.Request.Method, path, err)
	}
}

func TestEveryRequestIsInTheDescriptionWithWhoMaySendIt(t *testing.T) {
	want := transport.Requests()
	want["GET /metrics"] = "read" // mounted from outside
	paths, _ := openapi().At("paths")
	for path, methods := range paths.(map[string]any) {
		for method := range methods.(map[string]any) {
			request := strings.ToUpper(method) + " " + strings.Replace(path, "{file}", "", 1)
			who, _ := openapi().At("paths", path, method, "x-who")
			if want[request] == "" || who != want[request] {
				t.Errorf("openapi.yaml has %s for %v, and the routes have it for %q", request, who, want[request])
			}
			if free, _ := openapi().At("paths", path, method, "security"); (free != nil) != (who == "anyone") {
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
		if status == 0 {
			continue // of frames
		}
		body := fmt.Sprintf(`{"title":"x","status":%d,"detail":"x","code":%q,"state":"idle"}`, status, code)
		where := []string{"components", "schemas", fmt.Sprintf("problem%d", status)}
		if status == http.StatusMethodNotAllowed {
			where = []string{"x-otherwise", "responses", "405", "content", "application/problem+json", "schema"}
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err == nil {
			err = openapi().Fits(value, where...)
		}
		if err != nil {
			t.Errorf("openapi.yaml: problem%d does not have %s: %v", status, code, err)
		}
	}
	schemas, _ := openapi().At("components", "schemas")
	for name, schema := range schemas.(map[string]any) {
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
			if err := openapi().Fits(example, append(slices.Clone(where), "schema")...); err != nil {
				t.Errorf("%s: %v", strings.Join(where, "/"), err)
			}
			seen++
		}
		for name, below := range m {
			walk(below, append(slices.Clone(where), name))
		}
	}
	doc, _ := openapi().At()
	walk(doc, nil)
	if seen < 20 {
		t.Errorf("there are %d examples only", seen)
	}
}

func TestEveryStateIsInTheDescriptionWithItsNumber(t *testing.T) {
	states := fsm.States()
	for _, s := range states {
		if err := openapi().Fits(string(s), "components", "schemas", "state"); err != nil {
			t.Errorf("openapi.yaml, schema state: %s is missing: %v", s, err)
		}
		if err := openapi().Fits(json.Number(strconv.Itoa(s.Status())), "components", "schemas", "status"); err != nil {
			t.Errorf("openapi.yaml, schema status: %d, which is %s, is out of its bounds: %v", s.Status(), s, err)
		}
	}
	for _, beyond := range []int{states[0].Status() - 1, states[len(states)-1].Status() + 1} {
		if openapi().Fits(json.Number(strconv.Itoa(beyond)), "components", "schemas", "status") == nil {
			t.Errorf("openapi.yaml, schema status: %d is no state", beyond)
		}
	}
}

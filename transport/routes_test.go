package transport_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

func TestAWrongPathOrMethodIsAProblemThatNamesTheRightOne(t *testing.T) { synctest.Test(t, testAstray) }
func testAstray(t *testing.T) {
	h := open(t)
	defer h.close()
	for _, c := range []struct {
		method, path string
		status       int
		code, says   string
		allow        string
	}{
		{"POST", "/verification-code", 404, "path_unknown", "did you mean POST /code?", ""},
		{"GET", "/healthz", 404, "path_unknown", "did you mean GET /livez?", ""},
		{"GET", "/satus", 404, "path_unknown", "did you mean GET /status?", ""},
		{"GET", "/Status/", 404, "path_unknown", "did you mean GET /status?", ""},
		{"POST", "/api/v1/code", 404, "path_unknown", "did you mean POST /code?", ""},
		{"GET", "/ws", 404, "path_unknown", "did you mean GET /?", ""},
		{"GET", "/captcha", 405, "method_wrong", "POST", "POST"},
		{"GET", "/nothing-like-it", 404, "path_unknown", "there is no such path; GET / is the page", ""},
		{"GET", "/" + strings.Repeat("x", 4000), 404, "path_unknown", "there is no such path", ""},
		{"POST", "/status", 405, "method_wrong", "/status takes GET, HEAD", "GET, HEAD"},
		{"DELETE", "/", 405, "method_wrong", "/ takes GET, HEAD", "GET, HEAD"},
		{"DELETE", "/page/page.js", 405, "method_wrong", "takes GET, HEAD", "GET, HEAD"},
		{"PUT", "/code", 405, "method_wrong", "/code takes POST", "POST"},
	} {
		r, err := http.NewRequest(c.method, "http://127.0.0.1:8000"+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := h.pipes.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		var p struct{ Code, Detail string }
		err = json.NewDecoder(resp.Body).Decode(&p)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.status || p.Code != c.code || !strings.Contains(p.Detail, c.says) || resp.Header.Get("Allow") != c.allow ||
			resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %.40s: %d %+v, %v, allow %q", c.method, c.path, resp.StatusCode, p, err, resp.Header.Get("Allow"))
		}
	}
}

package transport

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// meant are the paths that other gateways and orchestrators have for what is here under another name.
var meant = map[string]string{
	"/verification-code": "/code", "/verify-code": "/code", "/verify_code": "/code", "/verify": "/code",
	"/start": "/init", "/health": "/livez", "/healthz": "/livez", "/ready": "/readyz", "/ws": "/", "/websocket": "/", "/state": "/status",
}

// astray answers requests that no endpoint is for: with the methods of a path that is there, or with the path that was meant.
func (s *Server) astray(w http.ResponseWriter, r *http.Request) {
	if methods := s.methods(r.URL.Path); len(methods) > 0 {
		allow := strings.Join(methods, ", ")
		w.Header().Set("Allow", allow)
		s.problem(w, refuse("method_wrong", fmt.Sprintf("%s takes %s", r.URL.Path, allow)))
		return
	}
	message := "there is no such path; GET / is the page, GET /status the state"
	if near := s.near(r.URL.Path); near != nil {
		message = "there is no such path; did you mean " + strings.Join(near, " or ") + "?"
	}
	s.problem(w, refuse("path_unknown", message))
}

// methods are those of a path, none for a path that is not there.
func (s *Server) methods(path string) (out []string) {
	for _, r := range s.routes {
		if r.path != path && (r.path == "/" || !strings.HasSuffix(r.path, "/") || !strings.HasPrefix(path, r.path)) {
			continue
		}
		if out = append(out, r.method); r.method == http.MethodGet {
			out = append(out, http.MethodHead) // the mux serves both alike
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// maxAstray is the longest path that is compared with ours, in bytes, and fewWrong how many letters of it may be wrong.
const (
	maxAstray = 64
	fewWrong  = 2
)

// near are the requests that a path may have meant, the nearest alone; nil if it is like none.
func (s *Server) near(path string) (out []string) {
	if len(path) > maxAstray {
		return nil
	}
	path = strings.ToLower("/" + path[strings.LastIndexByte(strings.TrimRight(path, "/"), '/')+1:])
	if path = "/" + strings.Trim(path, "/"); meant[path] != "" {
		path = meant[path]
	}
	best := fewWrong + 1
	for _, r := range s.routes {
		switch d := distance(path, r.path); {
		case d >= len(r.path)-1 && d > 0, d > best, d > fewWrong: // a short path is like every other
		case d < best:
			best, out = d, []string{r.method + " " + r.path}
		default:
			out = append(out, r.method+" "+r.path)
		}
	}
	return out
}

// distance is the least number of letters to add, take away or change that makes one text the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0] // of the row above, one to the left
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			changed := before
			if a[i] != b[j] {
				changed++
			}
			row[j+1] = min(row[j]+1, above+1, changed)
			before = above
		}
	}
	return row[len(b)]
}

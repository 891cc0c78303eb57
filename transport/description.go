package transport

import (
	_ "embed"
	"io"
	"net/http"
)

// Descriptions for programs that read them. Tests hold both to the code.
var (
	//go:embed openapi.yaml
	ofHTTP string
	//go:embed asyncapi.yaml
	ofStreams string
)

// described is an endpoint that is a description. It is the same for everybody, so it asks for no token.
func described(text string) func(*Server) http.HandlerFunc {
	return plain(func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		io.WriteString(w, text)
	})
}

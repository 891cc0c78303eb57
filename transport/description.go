package transport

import (
	"embed"
	"net/http"
)

// descriptions are for programs that read them: HTTP, and the WebSocket. Tests hold both to the code.
//
//go:embed openapi.yaml asyncapi.yaml
var descriptions embed.FS

// described is an endpoint that is a description. It is the same for everybody, so it asks for no token.
func described(name string) func(*Server) http.HandlerFunc {
	text, err := descriptions.ReadFile(name)
	if err != nil {
		panic("transport: " + err.Error()) // it is in the program
	}
	return plain(func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Write(text)
	})
}

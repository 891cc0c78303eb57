// Package transport serves the gateway's clients on one port: WebSocket, and HTTP for machines that watch it.
//
// It knows no agent: it reads the journal, which every stream follows with a cursor of its own, and passes
// commands on through the interface [Agent].
//
// Each thing has one row: a command in commands.go, an endpoint in routes.go, a refusal in refusal.go. The frames of
// each version of the wire, and how they are read, are in version1.go and version2.go.
package transport

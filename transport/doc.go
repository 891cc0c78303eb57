// Package transport serves the gateway's clients on one port: WebSocket, and HTTP for machines that watch it.
//
// It knows no agent: it reads the journal, which every stream follows with a cursor of its own, and passes
// commands on through the interface [Agent]. A new message from the server is a frame in
// message.go; a new command is a case in command.go.
package transport

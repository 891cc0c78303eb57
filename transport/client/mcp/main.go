// Command mcp lets an agent that speaks the Model Context Protocol look after a gateway, over stdin and stdout.
//
// It reads GATEWAY_URL, ws://127.0.0.1:8000/ without it, and the token from GATEWAY_TOKEN or the file GATEWAY_TOKEN_FILE. What the
// token allows, the gateway decides. It is a module of its own, so that what the protocol needs is in no go.mod of the program.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ostai/futuopend-gateway/transport/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "mcp:", err) // stdout belongs to the protocol
		os.Exit(1)
	}
}

// run serves until stdin ends, or ctx.
func run(ctx context.Context) error {
	token, err := tokenFrom(os.Getenv("GATEWAY_TOKEN"), os.Getenv("GATEWAY_TOKEN_FILE"))
	if err != nil {
		return err
	}
	address := os.Getenv("GATEWAY_URL")
	if address == "" {
		address = "ws://127.0.0.1:8000/"
	}
	g := &gateway{address: address, options: client.Options{Token: token}}
	defer g.close()
	return serverFor(g).Run(ctx, &mcp.StdioTransport{})
}

// tokenFrom is the token itself, or what its file has.
func tokenFrom(token, file string) (string, error) {
	switch {
	case file == "":
		return token, nil
	case token != "":
		return "", errors.New("GATEWAY_TOKEN and GATEWAY_TOKEN_FILE are both set; keep one")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read GATEWAY_TOKEN_FILE: %w", err)
	}
	if token = strings.TrimSpace(string(text)); token == "" {
		return "", fmt.Errorf("GATEWAY_TOKEN_FILE: %s is empty", file)
	}
	return token, nil
}

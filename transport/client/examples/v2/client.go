// Client speaks version 2 of the gateway's WebSocket: it prints what happens, and gives each line that is typed as a code.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/ostai/futuopend-gateway/transport/client"
)

func main() {
	url := "ws://127.0.0.1:8000/"
	if len(os.Args) > 1 {
		url = os.Args[1]
	}
	ctx := context.Background()
	c, err := client.Dial(ctx, url, client.Options{Token: os.Getenv("SERVER_TOKEN")})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	go func() { // Each line that is typed is a code.
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			give(ctx, c, in.Text())
		}
	}()
	now, err := c.Status(ctx)
	if err != nil {
		log.Fatal(err)
	}
	ask(now.State)
	for e, err := range c.Events(ctx, now.Seq) {
		if _, lost := errors.AsType[*client.UnreachableError](err); lost {
			fmt.Println("not connected:", err)
			continue // It tries again, with pauses that grow, and goes on after the latest event.
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d %s: %s -> %s\n", e.Seq, e.Kind, e.From, e.To)
		if e.From != e.To {
			ask(e.To)
		}
	}
}

func ask(state string) {
	if state == "awaiting_code" {
		fmt.Println("type the SMS code:")
	}
}

func give(ctx context.Context, c *client.Client, code string) {
	answer, err := c.SubmitCode(ctx, code)
	if err != nil {
		fmt.Println(err) // A *client.RefusedError has Wait, if waiting helps.
		return
	}
	result, err := answer.Result(ctx) // It survives a lost connection, too.
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("the code:", result)
}

package client_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/ostai/futuopend-gateway/transport/client"
)

// Whoever runs this is asked for the code when one is wanted, and told when the account is logged in.
func Example() {
	ctx := context.Background()
	c, err := client.Dial(ctx, "ws://127.0.0.1:8000/", client.Options{Token: os.Getenv("SERVER_TOKEN")})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	now, err := c.Status(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if now.State == "awaiting_code" {
		give(ctx, c)
	}
	for e, err := range c.Events(ctx, now.Seq) {
		if _, lost := errors.AsType[*client.UnreachableError](err); lost {
			continue // it connects again, and goes on after the last event
		}
		if err != nil {
			log.Fatal(err)
		}
		if e.From != e.To {
			fmt.Println(e.At, e.Kind, e.To)
		}
		if e.From != e.To && e.To == "awaiting_code" {
			give(ctx, c)
		}
	}
}

func give(ctx context.Context, c *client.Client) {
	fmt.Print("SMS code: ")
	code, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	answer, err := c.SubmitCode(ctx, strings.TrimSpace(code))
	if err != nil {
		fmt.Println(err) // refused: a code is 4 to 8 digits, ...
		return
	}
	result, err := answer.Result(ctx)
	fmt.Println(result, err) // accepted <nil>
}

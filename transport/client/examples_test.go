package client_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// A program that needs quotes waits for them, and then connects to FutuOpenD's own API.
func ExampleClient_WaitReady() {
	address, end := begin(fsm.Start, fsm.LoggedIn, fsm.APIReady)
	defer end()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := client.Dial(ctx, address, client.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	now, err := c.WaitReady(ctx)
	fmt.Println(now.State, now.Ready, err)
	// Output: connected true <nil>
}

// The whole state has what a person is asked for.
func ExampleClient_Status() {
	address, end := begin(fsm.Start, fsm.CodeWanted)
	defer end()
	ctx := context.Background()
	c, err := client.Dial(ctx, address, client.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	now, err := c.Status(ctx)
	fmt.Println(now.State, now.Missing, now.Challenge.Kind, err)
	// Output: awaiting_code login code <nil>
}

// What becomes of a code is waited for.
func ExampleClient_SubmitCode() {
	address, end := begin(fsm.Start, fsm.CodeWanted)
	defer end()
	ctx := context.Background()
	c, err := client.Dial(ctx, address, client.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	for _, code := range []string{"12", "271828", "314159"} {
		answer, err := c.SubmitCode(ctx, code)
		if err != nil {
			fmt.Println(code, err)
			continue
		}
		result, err := answer.Result(ctx)
		fmt.Println(code, result, err)
	}
	// Output:
	// 12 refused: a code is 4 to 8 digits, for example 123456; nothing was typed
	// 271828 rejected <nil>
	// 314159 accepted <nil>
}

// Events are those of the journal, from a sequence number on.
func ExampleClient_Events() {
	address, end := begin(fsm.Start, fsm.CodeWanted, fsm.CodeTyped, fsm.LoggedIn)
	defer end()
	ctx := context.Background()
	c, err := client.Dial(ctx, address, client.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	for e, err := range c.Events(ctx, 0) {
		if err != nil {
			continue // it connects again, and goes on after the last event
		}
		fmt.Println(e.Seq, e.Kind, e.To)
		if e.To == "connected" {
			break
		}
	}
	// Output:
	// 1 start initializing
	// 2 code_wanted awaiting_code
	// 3 code_typed verifying
	// 4 logged_in connected
}

// A refusal says why, and when it is worth trying again.
func ExampleRefusedError() {
	address, end := begin(fsm.Start, fsm.CodeWanted, fsm.CodeSent)
	defer end()
	ctx := context.Background()
	c, err := client.Dial(ctx, address, client.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	_, err = c.ResendCode(ctx)
	if refusal, ok := errors.AsType[*client.RefusedError](err); ok {
		fmt.Println(refusal.Code, refusal.Wait)
	}
	// Output: too_soon 58s
}

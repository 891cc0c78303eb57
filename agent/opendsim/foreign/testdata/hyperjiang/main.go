// Program main connects with the Go SDK of hyperjiang and says what it learns: main ADDRESS state|session
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hyperjiang/futu/client"
	"github.com/hyperjiang/futu/pb/notify"
	"github.com/hyperjiang/futu/protoid"
	"google.golang.org/protobuf/proto"
)

func main() {
	c, err := client.New(client.WithAddr(os.Args[1]), client.WithID("foreign"))
	if err != nil {
		fmt.Println("refused:", err)
		return
	}
	if os.Args[2] == "session" {
		watch(c)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	state, err := c.GetGlobalState(ctx)
	if err != nil {
		fmt.Println("no state:", err)
		return
	}
	fmt.Println("user:", c.GetUserID())
	fmt.Println("qotLogined:", state.GetQotLogined())
	fmt.Println("trdLogined:", state.GetTrdLogined())
	fmt.Println("serverVer:", state.GetServerVer())
	fmt.Println("programStatus:", state.GetProgramStatus().GetType())
}

// watch tells what is pushed, until the session has come back.
func watch(c *client.Client) {
	pushed := make(chan *notify.S2C)
	c.RegisterHandler(protoid.Notify, func(s2c proto.Message) error {
		pushed <- s2c.(*notify.S2C)
		return nil
	})
	lost := false
	for {
		now := (<-pushed).GetConnectStatus()
		if now == nil {
			continue
		}
		fmt.Println("pushed qotLogined:", now.GetQotLogined())
		if now.GetQotLogined() && lost {
			return
		}
		lost = lost || !now.GetQotLogined()
	}
}

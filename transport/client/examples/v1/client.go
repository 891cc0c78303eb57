// Client speaks version 1 of the gateway's WebSocket, asks for the code when one is wanted, and ends when the account
// is logged in.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

func main() {
	url := "ws://127.0.0.1:8000/"
	if len(os.Args) > 1 {
		url = os.Args[1]
	}
	ctx := context.Background()
	conn, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		log.Fatal(err)
	}
	go func() { // Each line that is typed is a code. The loop below reads meanwhile, and so answers pings.
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			wsjson.Write(ctx, conn, map[string]string{"type": "VERIFY_CODE", "code": in.Text()})
		}
	}()
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(frame))
		switch string(frame) {
		case `{"type":"REQUEST_CODE"}`:
			fmt.Println("type the code:")
		case `{"type":"CONNECTED"}`:
			return
		}
	}
}

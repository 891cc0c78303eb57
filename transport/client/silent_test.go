package client_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/ostai/futuopend-gateway/testdata/testbed"
	"github.com/ostai/futuopend-gateway/transport/client"
)

// The status of a newer gateway is handed on with what this version does not know, and understood without it.
func TestAStatusOfANewerGatewayIsLeftAsItIs(t *testing.T) { within(t, testNewer) }
func testNewer(h *house) {
	const status = `{"state":"dancing","status":7,"seq":1,"ready":false,"missing":"music","api":{"ready":true,"trade":true,"age":3,"tune":"C"},"floor":"wet"}`
	const event = `{"type":"EVENT","seq":2,"at":"2000-01-01T00:00:00Z","kind":"pirouette","from":"dancing","to":"dancing","turns":3}`
	p := testbed.NewPipes()
	h.pipes, h.newer = p, true
	over := make(chan struct{})
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/status" {
			w.Write([]byte(status + "\n"))
			return
		}
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"futuopend.v2"}})
		if err != nil {
			h.t.Error(err)
			return
		}
		defer conn.CloseNow()
		conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"STATUS",`+status[1:]))
		for err == nil {
			_, _, err = conn.Read(context.Background())
			conn.Write(context.Background(), websocket.MessageText, []byte(`{"type":"STATUS","id":"1",`+status[1:]))
			conn.Write(context.Background(), websocket.MessageText, []byte(event))
		}
	})}
	go func() { defer close(over); server.Serve(p) }() // ends with Close below
	c := h.connect()
	if got, err := c.StatusJSON(h.t.Context()); err != nil || string(got) != status+"\n" {
		h.t.Errorf("as it is: %s, %v", got, err)
	}
	now, err := c.Status(h.t.Context())
	if err != nil || now.State != "dancing" || now.Missing != "music" || now.API == nil || !now.API.Trade || now.API.Age != 3 {
		h.t.Errorf("understood: %+v, %v", now, err)
	}
	for e, err := range c.Events(h.t.Context(), 1) {
		if err != nil || e.Kind != "pirouette" || string(e.JSON()) != event {
			h.t.Errorf("event %+v as %s, %v", e, e.JSON(), err)
		}
		break
	}
	if got := (client.Event{}).JSON(); got != nil {
		h.t.Errorf("an event from elsewhere: %s", got)
	}
	c.Close()
	server.Close()
	<-over
}

// A peer that is gone without a word must not be waited for for ever.
func TestAGatewayThatFallsSilentIsLeft(t *testing.T) { within(t, testSilent) }
func testSilent(h *house) {
	p := testbed.NewPipes()
	h.pipes = p
	over := make(chan struct{})
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"futuopend.v2"}})
		if err != nil {
			h.t.Error(err)
			return
		}
		defer conn.CloseNow()
		conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"STATUS","state":"idle","status":-1,"seq":0,"ready":false}`))
		for err == nil {
			_, _, err = conn.Read(context.Background()) // takes everything and says nothing
		}
	})}
	go func() { defer close(over); server.Serve(p) }() // ends with Close below
	c := h.connect()
	began := time.Now()
	_, err := c.Status(h.t.Context())
	if _, ok := errors.AsType[*client.UnreachableError](err); !ok || time.Since(began) != 45*time.Second {
		h.t.Errorf("a command: %v after %v", err, time.Since(began))
	}
	began = time.Now()
	for _, err := range c.Events(h.t.Context(), 0) {
		if _, ok := errors.AsType[*client.UnreachableError](err); !ok || time.Since(began) != 45*time.Second {
			h.t.Errorf("a loop: %v after %v", err, time.Since(began))
		}
		break
	}
	c.Close()
	server.Close()
	<-over
}

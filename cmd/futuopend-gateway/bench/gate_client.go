package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// apiClient is a client of the daemon's API.
type apiClient struct {
	conn   net.Conn
	in     *bufio.Reader
	serial uint32
}

// reachAPI connects as soon as somebody listens, and makes InitConnect.
func reachAPI(ctx context.Context, address string) (*apiClient, error) {
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			c := &apiClient{conn: conn, in: bufio.NewReaderSize(conn, bulkPiece)}
			hello := openapi.InitRequest{ClientVer: 300, ClientID: "bench", PushFormat: openapi.PushAsConfigured, Algorithm: openapi.Unencrypted}
			return c, c.ask(openapi.IDInitConnect, hello.Encode())
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return nil, fmt.Errorf("connect to the API: %w", err)
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return nil, fmt.Errorf("connect to the API: %w", err)
		}
	}
}

func (c *apiClient) close() { c.conn.Close() }

func (c *apiClient) send(id uint32, body []byte) error {
	c.serial++
	if err := openapi.WriteFrame(c.conn, openapi.Keys{}, openapi.Frame{ID: id, Serial: c.serial, Body: body}); err != nil {
		return fmt.Errorf("send protocol %d: %w", id, err)
	}
	return nil
}

// ask is one round trip.
func (c *apiClient) ask(id uint32, c2s []byte) error {
	if err := c.send(id, openapi.EncodeRequest(c2s)); err != nil {
		return err
	}
	f, err := openapi.ReadFrame(c.in, openapi.Keys{})
	if err != nil {
		return fmt.Errorf("read the answer to protocol %d: %w", id, err)
	}
	if r, err := openapi.DecodeResponse(f.Body); err != nil || r.RetType != openapi.RetOK || f.ID != id {
		return fmt.Errorf("protocol %d was answered with %d of %d: %w", id, r.RetType, f.ID, err)
	}
	return nil
}

func (c *apiClient) globalState() error {
	return c.ask(openapi.IDGetGlobalState, openapi.GlobalRequest{}.Encode())
}

// take orders pushes and reads all of them.
func (c *apiClient) take(o order) error {
	if err := c.send(idPush, o.encode()); err != nil {
		return err
	}
	for range o.count {
		if f, err := openapi.ReadFrame(c.in, openapi.Keys{}); err != nil || f.ID != idPush {
			return fmt.Errorf("read a push, got protocol %d: %w", f.ID, err)
		}
	}
	return nil
}

// pages orders pages and reads all of them. It checks the SHA-1 of each, as the SDKs do, and keeps none, so that this program collects no
// garbage on the core that the gate works on.
func (c *apiClient) pages(o order) error {
	if err := c.send(idPage, o.encode()); err != nil {
		return err
	}
	var want bytes.Buffer
	if err := openapi.WriteFrame(&want, openapi.Keys{}, page); err != nil {
		return err
	}
	sum := sha1.Sum(page.Body)
	got := make([]byte, want.Len())
	body := got[len(got)-pageBody:]
	for range o.count {
		if _, err := io.ReadFull(c.in, got); err != nil {
			return fmt.Errorf("read %d pages: %w", o.count, err)
		}
		if sha1.Sum(body) != sum {
			return errors.New("a page came changed")
		}
	}
	return nil
}

// drink orders bytes and throws all of them away.
func (c *apiClient) drink(o order) error {
	if err := c.send(idBulk, o.encode()); err != nil {
		return err
	}
	for left := int64(o.count); left > 0; {
		n, err := c.in.Discard(int(min(left, bulkPiece)))
		if err != nil {
			return fmt.Errorf("read %d bytes: %w", o.count, err)
		}
		left -= int64(n)
	}
	return nil
}

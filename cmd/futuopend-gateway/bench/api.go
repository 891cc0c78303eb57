package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
)

// What the API of the bench's own daemon does beside FutuOpenD's protocols, by numbers that FutuOpenD does not use. The body of a request
// has the numbers of the order in little endian.
const (
	idPush uint32 = 60001 // so many pushes, so many a second
	idBulk uint32 = 60002 // so many bytes, which are no frames
	idPage uint32 = 60003 // so many pages, as fast as they go
)

const (
	pushBody  = 200 // bytes of a push
	pushEvery = time.Millisecond
	bulkPiece = 256 << 10
	pageBody  = 64 << 10
)

// page is what idPage asks for.
var page = openapi.Frame{ID: idPage, Body: make([]byte, pageBody)}

// order is the body of a request for idPush, idBulk or idPage.
type order struct{ count, rate uint64 }

func (o order) encode() []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, o.count), o.rate)
}

func decodeOrder(b []byte) (o order, err error) {
	if len(b) != 16 {
		return o, errors.New("an order has two numbers")
	}
	return order{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}, nil
}

// inConfig are the address and the port in the file that the gateway writes for the daemon.
var inConfig = regexp.MustCompile(`(?s)<ip>(.*?)</ip>.*<api_port>(.*?)</api_port>`)

// apiDaemon is a FutuOpenD that is logged in at once and has an API. Its process and its address are in the file that the first argument
// names, for a client that goes round the gate. It runs until TERM comes.
func apiDaemon(args []string) error {
	for _, a := range args[1:] {
		path, ok := strings.CutPrefix(a, "-cfg_file=")
		if !ok {
			continue
		}
		config, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		at := inConfig.FindSubmatch(config)
		if at == nil {
			return errors.New("the config file names no port")
		}
		return serveAPI(args[0], net.JoinHostPort(string(at[1]), string(at[2])))
	}
	fmt.Println(help) // it is asked what it takes
	return nil
}

func serveAPI(file, address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%d %s\n", os.Getpid(), address)
	if err := errors.Join(os.WriteFile(file+".new", []byte(text), 0o600), os.Rename(file+".new", file)); err != nil {
		return err
	}
	fmt.Println(successLine)
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go answerAPI(c) // ends with its client or with the process
	}
}

// answerAPI serves one client.
func answerAPI(c net.Conn) {
	defer c.Close()
	for in := bufio.NewReader(c); ; {
		f, err := openapi.ReadFrame(in, openapi.Keys{})
		if err != nil {
			return
		}
		var s2c []byte
		switch f.ID {
		case openapi.IDInitConnect:
			s2c = openapi.InitReply{ServerVer: 1009, UserID: 100000001, ConnID: 1, Key: "0123456789abcdef", KeepAlive: 10}.Encode()
		case openapi.IDGetGlobalState:
			s2c = openapi.GlobalState{QotLogined: true, TrdLogined: true, ServerVer: 1009, ServerBuild: 6918, Time: time.Now().Unix(),
				Program: &openapi.ProgramStatus{Type: openapi.ProgramReady}}.Encode()
		case openapi.IDKeepAlive:
			s2c = openapi.KeepAlive{Time: time.Now().Unix()}.Encode()
		case idPush, idBulk, idPage:
			if err := deliver(c, f); err != nil {
				return
			}
			continue
		}
		f.Body = openapi.Response{RetType: openapi.RetOK, S2C: s2c}.Encode()
		if err := openapi.WriteFrame(c, openapi.Keys{}, f); err != nil {
			return
		}
	}
}

// deliver sends what an order asks for.
func deliver(c net.Conn, f openapi.Frame) error {
	o, err := decodeOrder(f.Body)
	if err != nil {
		return err
	}
	switch f.ID {
	case idPush:
		return push(c, o)
	case idBulk:
		return pour(c, make([]byte, bulkPiece), o.count)
	}
	var frame bytes.Buffer
	if err := openapi.WriteFrame(&frame, openapi.Keys{}, page); err != nil {
		return err
	}
	return pour(c, frame.Bytes(), o.count*uint64(frame.Len()))
}

// push sends what is due every pushEvery.
func push(c net.Conn, o order) error {
	var frame, batch bytes.Buffer
	body := bytes.Repeat([]byte{'p'}, pushBody)
	if err := openapi.WriteFrame(&frame, openapi.Keys{}, openapi.Frame{ID: idPush, Body: body}); err != nil {
		return err
	}
	began := time.Now()
	for sent := uint64(0); sent < o.count; time.Sleep(pushEvery) {
		due := min(o.count, uint64(time.Since(began).Seconds()*float64(o.rate)))
		batch.Reset()
		for ; sent < due; sent++ {
			batch.Write(frame.Bytes())
		}
		if _, err := c.Write(batch.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// pour sends so many bytes, a piece again and again, as fast as it can.
func pour(c net.Conn, piece []byte, count uint64) error {
	for left := count; left > 0; {
		n := min(left, uint64(len(piece)))
		if _, err := c.Write(piece[:n]); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

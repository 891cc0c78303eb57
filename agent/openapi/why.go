package openapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"unicode"

	"github.com/ostai/futuopend-gateway/fsm"
)

// failure says which part of being ready is missing, and why, in a sentence that is the same each time: it holds no
// port of this end, so that a retry with the same outcome is not told again.
type failure struct {
	part     fsm.Part
	why      string
	answered bool // the daemon answered, and refused
}

func (f failure) Error() string { return f.why }

var (
	// errSilent: nothing came in time.
	errSilent = errors.New("no answer")
	errFlood  = errors.New("the daemon pushes without end")
	errFormat = errors.New("the daemon answered in JSON, which it was not asked for")
)

// keysDiffer is what a body means that cannot be read, see [ErrGarbled].
const keysDiffer = "the RSA keys of the gateway and the daemon differ, or one of them encrypts and the other does not: " +
	"FUTU_RSA_PRIVATE_KEY must name the daemon's rsa_private_key, and be unset if the daemon has none"

// refusal is a failure in the daemon's own words.
func refusal(part fsm.Part, name string, r Response) failure {
	why := r.RetMsg
	if sentence(why) == "" {
		why = fmt.Sprintf("%s was refused without a reason (retType %d)", name, r.RetType)
	}
	return failure{part, why, true}
}

// failed turns an error while something was asked, or between two questions, into a failure.
func failed(during fsm.Part, asked string, err error, encrypts bool) failure {
	if f, ok := errors.AsType[failure](err); ok {
		return f
	}
	if during == fsm.PartInit {
		return failure{part: during, why: notConnected(err, encrypts)}
	}
	switch {
	case errors.Is(err, errSilent):
		return failure{part: during, why: fmt.Sprintf("the daemon did not answer %s within %v", asked, answerWithin)}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return failure{part: fsm.PartConnect, why: "the daemon stopped in the middle of a message"}
	case closed(err):
		return failure{part: fsm.PartConnect, why: "the daemon closed the connection"}
	}
	return failure{part: during, why: cause(err)}
}

// notConnected says why there was no answer to InitConnect that can be read.
func notConnected(err error, encrypts bool) string {
	or := "it is not ready, or it encrypts its API and FUTU_RSA_PRIVATE_KEY is not set"
	if encrypts {
		or = "it is not ready, or its rsa_private_key is not the key that FUTU_RSA_PRIVATE_KEY names"
	}
	switch {
	case errors.Is(err, ErrGarbled):
		return keysDiffer
	case errors.Is(err, ErrForeign):
		return "what listens on the API's port does not speak FutuOpenD's protocol"
	case errors.Is(err, errSilent), errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("the daemon did not answer InitConnect within %v: %s", answerWithin, or)
	case closed(err):
		return "the daemon closed the connection before it answered InitConnect: " + or
	}
	return cause(err)
}

// undialled says why there is no connection.
func undialled(address string, err error) failure {
	return failure{part: fsm.PartConnect, why: fmt.Sprintf("connect to %s: %s", address, cause(err))}
}

// closed reports whether the other end is gone.
func closed(err error) bool {
	for _, gone := range []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// cause is an error without addresses of this end.
func cause(err error) string {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "the name cannot be looked up"
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Sprintf("no answer within %v", answerWithin)
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// maxSentence bounds what the daemon has to say, in bytes. Its known refusals have about a hundred.
const maxSentence = 300

// sentence makes one bounded line of text: what is not printed becomes a blank.
func sentence(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text[:min(len(text), 4*maxSentence)])
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxSentence {
		return text
	}
	cut := maxSentence - len("…")
	for text[cut]&0xC0 == 0x80 { // the middle of a character
		cut--
	}
	return text[:cut] + "…"
}

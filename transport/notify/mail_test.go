package notify

import (
	"bufio"
	"io"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
)

// mailbox is a mail server that takes one mail, and gives it as it came.
func mailbox(t *testing.T) (address string, mails <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	came := make(chan string, 1)
	done := make(chan struct{})
	go func() { // ends with the listener, or with the one who sends
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "220 mail.test ESMTP\r\n")
		in := bufio.NewReader(conn)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
			case "EHLO":
				io.WriteString(conn, "250-mail.test\r\n250 8BITMIME\r\n")
			case "MAIL", "RCPT":
				io.WriteString(conn, "250 ok\r\n")
			case "DATA":
				io.WriteString(conn, "354 go on\r\n")
				var text strings.Builder
				for line, err := in.ReadString('\n'); line != ".\r\n" && err == nil; line, err = in.ReadString('\n') {
					text.WriteString(strings.TrimPrefix(line, "."))
				}
				came <- text.String()
				io.WriteString(conn, "250 taken\r\n")
			case "QUIT":
				io.WriteString(conn, "221 bye\r\n")
				return
			default:
				io.WriteString(conn, "502 unknown\r\n")
			}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String(), came
}

func TestMailHasASubjectThatEveryServerReads(t *testing.T) {
	for query, want := range map[string]string{"": wanted.Title, "&subject=Mine": "Mine"} {
		address, mails := mailbox(t)
		target := targetsOf(t, "smtp://"+address+"/?from=gateway@example.com&to=person@example.com&auth=None&starttls=no"+query)[0]
		if err := Try(t.Context(), target, wanted); err != nil {
			t.Fatal(err)
		}
		text := next(t, mails)
		m, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		raw := m.Header.Get("Subject")
		subject, err := new(mime.WordDecoder).DecodeHeader(raw)
		if err != nil || subject != want {
			t.Errorf("the subject is %q, want %q; %v", subject, want, err)
		}
		for _, r := range raw {
			if r > 127 {
				t.Errorf("the subject is not ASCII: %q", raw)
				break
			}
		}
		body, err := io.ReadAll(m.Body)
		if err != nil || strings.ReplaceAll(strings.TrimSpace(string(body)), "\r\n", "\n") != wanted.Whole() {
			t.Errorf("the body is\n%s\n%v", body, err)
		}
		if to, err := m.Header.AddressList("To"); err != nil || to[0].Address != "person@example.com" {
			t.Errorf("it is to %v, %v", to, err)
		}
	}
}

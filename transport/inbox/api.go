package inbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/ostai/futuopend-gateway/transport/notify"
)

const (
	// pollFor is how long Telegram keeps a request that has nothing to tell; whole seconds.
	pollFor = 50 * time.Second
	// callWithin bounds any request beyond that.
	callWithin = 20 * time.Second
	// maxAnswer bounds an answer, in bytes. A message with the one that it replies to has under 100 KiB.
	maxAnswer = 1 << 20
	// maxUpdates is how many messages an answer has.
	maxUpdates = 8
	// maxRetry bounds what is believed of a wait that Telegram names.
	maxRetry = 24 * time.Hour
)

// api is the Bot API of one bot. Nothing of its address, which has the token, is in an error.
type api struct {
	base, token string
	client      *http.Client
}

func (a *api) is(c *notify.Chat) bool { return a.base == c.API && a.token == c.Token }

// refused is an answer of Telegram's that is none.
type refused struct {
	code    int
	after   time.Duration // when to ask again; 0 if it does not say
	webhook bool          // of 409: a webhook gets the messages
}

func (r *refused) Error() string {
	return fmt.Sprintf("it answered %d %s", r.code, http.StatusText(r.code))
}

var (
	errTooLarge = errors.New("its answer is longer than 1 MiB")
	errGarbled  = errors.New("its answer was not understood")
	errSilent   = errors.New("it did not answer in time")
)

// told is an error of a request without a secret.
func told(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return errSilent
	}
	return notify.Told(err)
}

// call asks one method. in is sent as JSON, out is filled from the answer. It returns what the server's clock says; zero if
// it says nothing.
func (a *api) call(ctx context.Context, method string, in, out any, within time.Duration) (time.Time, error) {
	body, err := json.Marshal(in)
	if err != nil {
		panic("inbox: " + err.Error()) // texts and numbers
	}
	return a.send(ctx, method, "application/json", body, out, within)
}

func (a *api) send(ctx context.Context, method, kind string, body []byte, out any, within time.Duration) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+"/bot"+a.token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return time.Time{}, told(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", "futuopend-gateway")
	res, err := a.client.Do(r)
	if err != nil {
		return time.Time{}, told(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return time.Time{}, told(err)
	case len(said) > maxAnswer:
		return time.Time{}, errTooLarge
	}
	date, _ := http.ParseTime(res.Header.Get("Date")) // a proxy may leave it out
	return date, understand(res.StatusCode, said, out)
}

// understand takes what a method returned out of its answer.
func understand(status int, said []byte, out any) error {
	var answer struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Code        int             `json:"error_code"`
		Description string          `json:"description"`
		Parameters  struct {
			After int `json:"retry_after"`
		} `json:"parameters"`
	}
	if json.Unmarshal(said, &answer) != nil {
		if status != http.StatusOK {
			return &refused{code: status}
		}
		return errGarbled
	}
	if !answer.OK {
		after := time.Duration(min(max(answer.Parameters.After, 0), int(maxRetry.Seconds()))) * time.Second
		return &refused{max(answer.Code, status), after, bytes.Contains([]byte(answer.Description), []byte("webhook"))}
	}
	if out != nil && json.Unmarshal(answer.Result, out) != nil {
		return errGarbled
	}
	return nil
}

// photo sends a picture, as a form, since that is how a file is sent.
func (a *api) photo(ctx context.Context, s say, out any) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	fields := [][2]string{{"chat_id", s.chat.ID}, {"caption", s.text}, {"reply_markup", `{"force_reply":true}`}}
	if thread := s.threadOf(); thread != 0 {
		fields = append(fields, [2]string{"message_thread_id", strconv.Itoa(thread)})
	}
	for _, f := range fields {
		_ = form.WriteField(f[0], f[1]) // into memory
	}
	file, _ := form.CreateFormFile("photo", "captcha.png")
	_, _ = file.Write(s.picture)
	_ = form.Close()
	_, err := a.send(ctx, "sendPhoto", form.FormDataContentType(), body.Bytes(), out, callWithin)
	return err
}

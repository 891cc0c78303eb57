package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// The server resets HTTP/2, turns away what is no browser, and breaks off in the middle of 450 MB (each seen in use): so HTTP/1.1,
// a browser's name, and another try from where the last one ended.
const (
	tries         = 6
	browser       = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
	connectWithin = 20 * time.Second
	answerWithin  = time.Minute
	idleFor       = time.Minute // nothing comes for that long: the try is over
	maxArchive    = 2 << 30     // bytes; the largest archive seen has 463 MB
)

// pause is what is waited after a try that ended, times its number. Tests make it short before they begin.
var pause = time.Second

func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone() // it reads the proxy's variables
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.TLSHandshakeTimeout = connectWithin
	transport.ResponseHeaderTimeout = answerWithin
	return &http.Client{Transport: transport}
}

func newRequest(ctx context.Context, at string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err == nil {
		request.Header.Set("User-Agent", browser)
	}
	return request, err
}

// download is one archive on its way into a file.
type download struct {
	from     string
	part     string // the file; what an earlier try left in it is gone on with
	client   *http.Client
	progress func(done, total int64)
	room     func(need int64) error // whether so many bytes more can be kept
}

// final is an error that another try does not mend.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// run downloads in at most [tries] tries.
func (d *download) run(ctx context.Context) error {
	var err error
	for try := 1; try <= tries; try++ {
		if err = d.once(ctx); err == nil || ctx.Err() != nil {
			return err
		}
		if f, ok := errors.AsType[final](err); ok {
			return f.error
		}
		if try < tries {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(time.Duration(try) * pause):
			}
		}
	}
	return fmt.Errorf("could not be downloaded in %d tries: %w", tries, err)
}

// once is one try, from where the file ends.
func (d *download) once(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	file, err := os.OpenFile(d.part, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return final{err}
	}
	defer file.Close()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return final{err}
	}
	request, err := newRequest(ctx, d.from)
	if err != nil {
		return final{err}
	}
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	answer, err := d.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if have, err = d.start(file, answer, have); err != nil {
		return err
	}
	return d.copy(file, answer, have, cancel)
}

// start looks at how the answer begins, and returns from where it goes on.
func (d *download) start(file *os.File, answer *http.Response, have int64) (from int64, err error) {
	switch code := answer.StatusCode; {
	case code == http.StatusPartialContent && strings.HasPrefix(answer.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)):
	case code == http.StatusRequestedRangeNotSatisfiable && strings.HasSuffix(answer.Header.Get("Content-Range"), fmt.Sprintf("/%d", have)):
		return have, nil // all of it is here; the body is a few words, and copy stops before them
	case code == http.StatusOK:
		have = 0
	case code == http.StatusRequestedRangeNotSatisfiable, code == http.StatusPartialContent:
		return 0, errors.Join(fmt.Errorf("the server does not go on at byte %d", have), file.Truncate(0))
	case code >= 400 && code < 500 && code != http.StatusRequestTimeout && code != http.StatusTooManyRequests:
		return 0, final{fmt.Errorf("the server answers %s", answer.Status)}
	default:
		return 0, fmt.Errorf("the server answers %s", answer.Status)
	}
	if answer.ContentLength > maxArchive-have {
		return 0, final{fmt.Errorf("it has %d bytes, more than an archive has", answer.ContentLength)}
	}
	if err := d.room(max(answer.ContentLength, 0)); err != nil {
		return 0, final{err}
	}
	if err := file.Truncate(have); err != nil {
		return 0, final{err}
	}
	_, err = file.Seek(have, io.SeekStart)
	return have, err
}

// copy writes the body behind what there is. A body that stands still is cut.
func (d *download) copy(file *os.File, answer *http.Response, have int64, cut context.CancelFunc) error {
	if answer.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return nil
	}
	total := int64(-1)
	if answer.ContentLength >= 0 {
		total = have + answer.ContentLength
	}
	idle := time.AfterFunc(idleFor, cut)
	defer idle.Stop()
	buffer := make([]byte, 64<<10)
	for {
		n, err := answer.Body.Read(buffer)
		idle.Reset(idleFor)
		if have == 0 && n > 0 && !isArchive(buffer[:n]) {
			os.Remove(d.part)
			return final{fmt.Errorf("the server sends no archive; it begins with: %s", printable(buffer[:min(n, 60)]))}
		}
		if _, wrote := file.Write(buffer[:n]); wrote != nil {
			return final{wrote} // no room, most likely
		}
		if have += int64(n); have > maxArchive {
			return final{errors.New("it has more bytes than an archive has")}
		}
		d.progress(have, total)
		switch {
		case answer.Request.Context().Err() != nil:
			return answer.Request.Context().Err() // what was sent already would go on to the end
		case errors.Is(err, io.EOF):
			return file.Sync()
		case err != nil:
			return err
		}
	}
}

// isArchive reports whether a file may be gzip, by its first bytes.
func isArchive(head []byte) bool {
	return bytes.HasPrefix([]byte{0x1f, 0x8b}, head[:min(2, len(head))])
}

// printable is a text of a stranger for a person: what is no letter of ASCII is a blank.
func printable(text []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, string(text))
}

// address is where an archive is, by what a person names: nothing, an archive, or a folder that has it. The first is Futu's own server.
func address(given string, r Release) []string {
	if given == "" {
		hosts := []string{"https://softwaredownload.futunn.com/", "https://softwaredownload.futustatic.com/"}
		if r.Moomoo { // ten public files fetch moomoo's from the second, one from the first
			hosts[0], hosts[1] = hosts[1], hosts[0]
		}
		return []string{hosts[0] + r.archive(), hosts[1] + r.archive()}
	}
	if name := pathOf(given); strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz") {
		return []string{given}
	}
	return []string{strings.TrimRight(given, "/") + "/" + r.archive()}
}

// pathOf is the path of an address, or the address itself.
func pathOf(at string) string {
	if u, err := url.Parse(at); err == nil && u.Path != "" {
		return u.Path
	}
	return at
}

// local is the file that an address names on this machine, if it does.
func local(at string) (file string, ok bool) {
	if strings.HasPrefix(at, "/") || strings.HasPrefix(at, "./") {
		return at, true
	}
	return strings.CutPrefix(at, "file://")
}

package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
)

// daemon is a process that prints chunks, one for each Read.
type daemon struct {
	chunks chan []byte
	typed  bytes.Buffer
}

func (d *daemon) Read(b []byte) (int, error) {
	chunk, ok := <-d.chunks
	if !ok {
		return 0, io.EOF
	}
	return copy(b, chunk), nil
}
func (d *daemon) Write(b []byte) (int, error) { return d.typed.Write(b) }
func (d *daemon) Signal(syscall.Signal) error { return nil }
func (d *daemon) Wait() agent.Exit            { return agent.Exit{Code: 14} }
func (d *daemon) Close() (string, error)      { return "", nil }
func (d *daemon) prints(p agent.Process, s ...string) (got string) {
	for _, chunk := range s {
		d.chunks <- []byte(chunk)
		b := make([]byte, 1<<10)
		n, _ := p.Read(b)
		got += string(b[:n])
	}
	return got
}

// tape is a recorded daemon whose record is read when it has ended.
type tape struct {
	t *testing.T
	*daemon
	agent.Process
	config Config
	warned []string
}

func newTape(t *testing.T) *tape {
	tp := &tape{t: t, daemon: &daemon{chunks: make(chan []byte, 1)}}
	tp.config = Config{
		Dir: filepath.Join(t.TempDir(), "records"), Version: "v1", Account: "+86 13800000000",
		Secrets: []string{"correct horse", "5ebe2294ecd0e0f08eab7690d2a6ee69"},
		Warn:    func(why string) { tp.warned = append(tp.warned, why) },
	}
	tp.Process = tp.config.Wrap(tp.daemon)
	return tp
}

func (tp *tape) Read(b []byte) (int, error)    { return tp.Process.Read(b) }
func (tp *tape) Write(b []byte) (int, error)   { return tp.Process.Write(b) }
func (tp *tape) Signal(s syscall.Signal) error { return tp.Process.Signal(s) }
func (tp *tape) Wait() agent.Exit              { return tp.Process.Wait() }
func (tp *tape) Close() (string, error)        { return tp.Process.Close() }

// ends lets the daemon exit, and returns the entries of the only record.
func (tp *tape) ends() (entries []Entry, text string) {
	tp.t.Helper()
	tp.Wait()
	files, _ := filepath.Glob(filepath.Join(tp.config.Dir, "*"+Suffix))
	if len(files) != 1 {
		tp.t.Fatalf("got %q, want one record", files)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		tp.t.Fatal(err)
	}
	err = Read(bytes.NewReader(raw), func(at time.Time, e Entry) { e.At = 0; entries = append(entries, e) })
	if err != nil || !Is(raw) {
		tp.t.Errorf("got %v of %q", err, raw)
	}
	return entries, string(raw)
}

func TestARecordHasEachChunkAsItCame(t *testing.T) {
	tp := newTape(t)
	tp.prints(tp, "\r登录成功 \r\n\r>", ">>", "\xe7\x99", "\xbb\x00\x1b[K")
	tp.Write([]byte("req_phone_verify_code\r"))
	tp.prints(tp, "\r>>>r")
	got, _ := tp.ends()
	want := []Entry{
		{Out: "\r登录成功 \r\n\r>"}, {Out: ">>"}, {Raw: []byte("\xe7\x99")}, {Raw: []byte("\xbb\x00\x1b[K")},
		{In: "req_phone_verify_code\r"}, {Out: "\r>>>r"}, {Exit: "exit code 14"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for i, e := range want[:4] {
		if !bytes.Equal(got[i].Chunk(), e.Chunk()) {
			t.Errorf("got chunk %q, want %q", got[i].Chunk(), e.Chunk())
		}
	}
}

func TestAnEntryHasItsTime(t *testing.T) {
	tp := newTape(t)
	before := time.Now()
	tp.prints(tp, "x")
	tp.Wait()
	files, _ := filepath.Glob(filepath.Join(tp.config.Dir, "*"))
	raw, _ := os.ReadFile(files[0])
	Read(bytes.NewReader(raw), func(at time.Time, e Entry) {
		if at.Before(before.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
			t.Errorf("%+v is of %v, want about %v", e, at, before)
		}
	})
}

// drawn is what a line editor shows while a line is typed.
func drawn(line string) (chunks []string) {
	for i := range line {
		chunks = append(chunks, "\r>>>"+line[:i+1])
	}
	return append(chunks, "\r\n\r>>>")
}

func TestNoSecretIsInARecord(t *testing.T) {
	const typedPassword = "hunter_two"
	for _, c := range []struct {
		name   string
		typed  string
		chunks []string
		lacks  string
		has    string
	}{
		{"a code", "input_phone_verify_code -code=314159\r", drawn("input_phone_verify_code -code=314159"), "3", ">>>input_phone_verify_code -code=******"},
		{"a code in pieces", "input_phone_verify_code -code=314159\r", []string{"code 31", "41", "59!\n"}, "59", "!"},
		{"a captcha", "input_pic_verify_code -code=K7QX\r", drawn("input_pic_verify_code -code=K7QX"), "K7", "-code=****"},
		{"a password of the settings", "", []string{"it is correct ", "horse, or 5ebe2294", "ecd0e0f08eab7690d2a6ee69."}, "horse", ", or "},
		{"an MD5 in the other case", "", []string{"it is 5EBE2294", "ECD0E0F08EAB7690D2A6EE69."}, "ECD0", "it is ****"},
		{"a password that was typed", typedPassword + "\r", drawn(typedPassword), "hun", "\r>>>**********"},
		{"a password without an editor", typedPassword + "\r", []string{"hun", "ter", "_two\r\n"}, "two", ""},
		{"the beginning of a password at the end", typedPassword + "\r", []string{"hunter"}, "hunter", "******"},
		{"a code that somebody else types", "", drawn("input_phone_verify_code -code=271828"), "27", "-code=******"},
		{"digits alone", "", drawn("271828"), "27", ">>>******"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tp := newTape(t)
			if c.typed != "" {
				tp.Write([]byte(c.typed))
			}
			said := tp.prints(tp, c.chunks...)
			got, _ := tp.ends()
			var recorded strings.Builder
			for _, e := range got {
				recorded.WriteString(e.In + string(e.Chunk()))
			}
			text := recorded.String()
			if strings.Contains(text, c.lacks) || !strings.Contains(text, c.has) {
				t.Errorf("got %q, want %q and nothing of %q", text, c.has, c.lacks)
			}
			if want := len(c.typed) + len(said); len(text) != want {
				t.Errorf("got %d bytes, want %d as they came", len(text), want)
			}
			if said != strings.Join(c.chunks, "") {
				t.Errorf("the gateway read %q", said)
			}
		})
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	for _, typed := range []string{"13800000000\r", "y\r", "req_pic_verify_code\r"} {
		tp := newTape(t)
		tp.Write([]byte(typed))
		tp.prints(tp, "Login Account: 13800000000, 命令提示: input_phone_verify_code -code=123456\n")
		got, _ := tp.ends()
		if got[0].In != typed || !strings.HasSuffix(got[1].Out, "13800000000, 命令提示: input_phone_verify_code -code=123456\n") {
			t.Errorf("got %+v", got)
		}
	}
}

func TestARecordStopsAtItsSizeAndSaysSo(t *testing.T) {
	tp := newTape(t)
	w := tp.Process.(*recorded)
	chunk := strings.Repeat("x", 1000)
	for range maxRecord / 1000 {
		for len(w.queue) > maxQueued/2 { // the disk is given time: this is a bound of the size
			runtime.Gosched()
		}
		tp.prints(tp, chunk)
	}
	got, text := tp.ends()
	if last := got[len(got)-1]; !strings.Contains(last.Stopped, "size") || len(text) > maxRecord+200 || len(tp.warned) != 1 {
		t.Errorf("got %d bytes, at the end %+v, and %q", len(text), last, tp.warned)
	}
}

func TestADiskThatIsTooSlowStopsTheRecordAndNotTheDaemon(t *testing.T) {
	queue, lost := make(chan item, 2), &atomic.Bool{}
	lost.Store(true)
	queue <- item{out: []byte("x")}
	queue <- item{exit: &agent.Exit{}}
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	var warned string
	w := &writer{file: file, config: Config{Warn: func(why string) { warned = why }}}
	w.run(queue, lost)
	if text, _ := os.ReadFile(file.Name()); !strings.Contains(warned, "too slow") || !bytes.Contains(text, []byte("too slow")) {
		t.Errorf("got %q and %q", warned, text)
	}

	r := &recorded{Process: &daemon{chunks: make(chan []byte, 1)}, queue: make(chan item)}
	if r.Write([]byte("x")); !r.lost.Load() {
		t.Error("nothing was lost without a place in the queue")
	}
}

func TestAFullDiskStopsTheRecordAndNotTheDaemon(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	var warned string
	w := &writer{file: full, config: Config{Warn: func(why string) { warned += why }}}
	w.take(item{out: []byte("x\n")})
	w.take(item{out: []byte("y\n")})
	if w.file != nil || !strings.HasSuffix(warned, syscall.ENOSPC.Error()) {
		t.Errorf("told %q, want once that the disk is full", warned)
	}
}

func TestWithoutAFolderTheDaemonRunsUnrecorded(t *testing.T) {
	var warned string
	d := &daemon{}
	c := Config{Dir: "/dev/null/records", Warn: func(why string) { warned = why }}
	if got := c.Wrap(d); got != agent.Process(d) || !strings.Contains(warned, "record the daemon") {
		t.Errorf("got %v, told %q", got, warned)
	}
}

func TestTheOldestRecordsMakeRoom(t *testing.T) {
	dir := t.TempDir()
	for i := range maxRecords + 2 {
		os.WriteFile(filepath.Join(dir, fmt.Sprintf("202001%02dT000000.000Z%s", i+1, Suffix)), nil, 0o600)
	}
	other := filepath.Join(dir, "0-not-ours.txt")
	os.WriteFile(other, nil, 0o600)
	d := &daemon{}
	p := Config{Dir: dir, Warn: func(why string) { t.Error(why) }}.Wrap(d)
	p.Wait()
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	slices.Sort(left)
	if len(left) != maxRecords+1 || left[0] != other || !strings.Contains(left[1], "20200104") {
		t.Errorf("got %q", left)
	}
}

func TestWhatIsNoRecordIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "line 1",
		"{\"record\":1}":   "line 1", // without an end
		"登录成功\n":           "line 1",
		"{\"record\":2}\n": "format 2",
		"{\"record\":1}\n{\"ms\":1,\"out\":\"x\"}\nx\n": "line 3",
	} {
		err := Read(strings.NewReader(text), func(time.Time, Entry) {})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want something of %q", text, err, want)
		}
	}
	torn := "{\"record\":1}\n{\"ms\":1,\"out\":\"x\"}\n{\"ms\":2,\"o"
	n := 0
	if err := Read(strings.NewReader(torn), func(time.Time, Entry) { n++ }); err != nil || n != 1 {
		t.Errorf("got %d entries and %v, want the one that is whole", n, err)
	}
	if err := Read(iotestErr{}, func(time.Time, Entry) {}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, os.ErrClosed }

func FuzzRead(f *testing.F) {
	f.Add([]byte("{\"record\":1}\n{\"ms\":1,\"out\":\"x\"}\n{\"ms\":2,\"raw\":\"AA==\"}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		Read(bytes.NewReader(text), func(_ time.Time, e Entry) { e.Chunk() })
	})
}

package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ostai/futuopend-gateway/agent"
)

const (
	// maxRecord bounds one record, in bytes: a login has ten thousand, a daemon that prints its rights a hundred times a
	// day fills it in weeks.
	maxRecord = 4 << 20
	// maxRecords bounds how many there are: 64 MiB in all.
	maxRecords = 16
	// maxQueued bounds how many chunks wait for the disk, 16 KiB each at most.
	maxQueued = 256
	// maxHeld bounds what waits for the rest of a secret that it may be the beginning of, in bytes.
	maxHeld = 64 << 10
	// closeWithin bounds how long the end of a run waits for the disk.
	closeWithin = time.Second
)

// Config says where records are kept, and what must not be in them.
type Config struct {
	Dir     string   // is made where it is missing; records beyond the bound are deleted there, the oldest first
	Version string   // of the gateway
	Account string   // who logs in, which is no secret where it is typed
	Secrets []string // never written
	Warn    func(why string)
}

// Wrap returns a daemon that is recorded from here on. If that cannot be, it says why and the daemon is returned as it is.
func (c Config) Wrap(p agent.Process) agent.Process {
	began := time.Now()
	file, err := c.create(began)
	if err != nil {
		c.Warn(err.Error())
		return p
	}
	r := &recorded{
		Process: p,
		queue:   make(chan item, maxQueued),
		done:    make(chan struct{}),
		began:   began,
	}
	w := &writer{config: c, file: file, began: began, mask: mask{account: c.Account, lasting: c.Secrets}}
	w.put(line(Header{Format: format, Version: c.Version, Began: began.UTC()}))
	go func() {
		defer close(r.done)
		w.run(r.queue, &r.lost)
	}()
	return r
}

// create makes the file of a new record, and room for it.
func (c Config) create(now time.Time) (*os.File, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("record the daemon: %w", err)
	}
	old, _ := filepath.Glob(filepath.Join(c.Dir, "*"+Suffix)) // the pattern is a good one, and names sort by time
	slices.Sort(old)
	for len(old) >= maxRecords {
		os.Remove(old[0])
		old = old[1:]
	}
	name := now.UTC().Format("20060102T150405.000Z") + Suffix
	file, err := os.OpenFile(filepath.Join(c.Dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record the daemon: %w", err)
	}
	return file, nil
}

// item is something to be written: one of its members beside the time.
type item struct {
	at   time.Time
	out  []byte
	in   string
	exit *agent.Exit
}

// recorded is a daemon of which a record is kept. The goroutine of its writer ends with Wait, which waits for it.
type recorded struct {
	agent.Process
	queue chan item
	lost  atomic.Bool // something did not fit into the queue
	done  chan struct{}
	began time.Time
}

func (r *recorded) Read(b []byte) (int, error) {
	n, err := r.Process.Read(b)
	if n > 0 {
		r.add(item{out: bytes.Clone(b[:n])})
	}
	return n, err
}

func (r *recorded) Write(b []byte) (int, error) {
	r.add(item{in: string(b)}) // before its echo can come
	return r.Process.Write(b)
}

func (r *recorded) Signal(s syscall.Signal) error { return r.Process.Signal(s) }

// Wait ends the record with the daemon.
func (r *recorded) Wait() agent.Exit {
	exit := r.Process.Wait()
	timer := time.NewTimer(closeWithin)
	defer timer.Stop()
	select {
	case r.queue <- item{at: time.Now(), exit: &exit}:
	case <-timer.C:
		return exit
	}
	select {
	case <-r.done:
	case <-timer.C:
	}
	return exit
}

// add never waits.
func (r *recorded) add(i item) {
	i.at = time.Now()
	select {
	case r.queue <- i:
	default:
		r.lost.Store(true)
	}
}

// Bench measures the gateway against a bare program that does the least that could work, side by side and in turn, and
// prints a table. An aim that is missed is printed, and no failure: machines differ.
//
//	go run ./cmd/futuopend-gateway/bench -gateway bin/futuopend-gateway
//
// Starts and idle memory are measured with the simulated daemon. Everything else is measured with a daemon of the
// bench's own, which answers at once (see daemon.go), so that the simulator's time does not hide the programs'.
//
// With -soak it measures something else: what an honest client waits for while crowds keep the gateway busy (see soak.go).
//
// Each program runs on loopback, on a free port, with its files in a temporary folder and its stdout on the null device.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"time"
)

// atMost bounds the whole bench; on two cores it takes about four minutes.
const atMost = 10 * time.Minute

// asDaemon is the argument with which the bench is its own daemon.
const asDaemon = "daemon"

// asAPIDaemon is the argument with which it is the daemon behind a gate.
const asAPIDaemon = "daemon-with-api"

func main() {
	if len(os.Args) > 1 && os.Args[1] == asDaemon {
		exit(daemon(os.Args[2:]))
	}
	if len(os.Args) > 2 && os.Args[1] == asAPIDaemon {
		exit(apiDaemon(os.Args[2:]))
	}
	if len(os.Args) == 5 && os.Args[1] == asCrowd {
		exit(strangers(os.Args[2:]))
	}
	gateway := flag.String("gateway", "bin/futuopend-gateway", "the gateway's `program`")
	lasting := flag.Duration("soak", 0, "measure nothing else, and let crowds keep the gateway busy for this `time`")
	names := flag.String("only", "", "of the measurements, or of a soak's crowds, only those whose name this `expression` matches")
	curves := flag.String("curves", "", "write how things grow to this `file`, for the plots")
	flag.Parse()
	only, err := regexp.Compile(*names)
	if err != nil {
		exit(fmt.Errorf("-only: %w", err))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, atMost+*lasting)
	defer cancel()
	exit(run(ctx, *gateway, *lasting, only, *curves))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, gateway string, lasting time.Duration, only *regexp.Regexp, curves string) (err error) {
	b := new(bench)
	defer func() { err = errors.Join(err, b.removeFolders()) }()
	if err := b.prepare(ctx, gateway); err != nil {
		return err
	}
	if err := b.describe(); err != nil {
		return err
	}
	if lasting > 0 {
		return b.soak(ctx, lasting, kindsOf(only))
	}
	for _, m := range b.measures() {
		if !only.MatchString(m.name) {
			continue
		}
		if failed := m.measure(ctx); failed != nil { // what else was measured is shown all the same
			err = errors.Join(err, fmt.Errorf("measure %s: %w", m.name, failed))
		}
	}
	b.print(os.Stdout)
	if curves == "" || err != nil {
		return err
	}
	return writeCurves(curves, b.ofClients, b.ofJournal)
}

// describe prints what the figures depend on.
func (b *bench) describe() error {
	synced, err := b.syncTime()
	if err != nil {
		return err
	}
	fmt.Printf("%s %s/%s, %d cores; a sync of the journals' disk takes %s\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), microseconds(synced))
	fmt.Println("what is no p99 is a median")
	fmt.Println()
	return nil
}

// syncTime is how long the disk under the journals takes to make one line survive a power cut. The
// gateway waits for that before it types a code, and the bare program never.
func (b *bench) syncTime() (seconds float64, err error) {
	f, err := os.Create(filepath.Join(b.own.dir, "synced"))
	if err != nil {
		return 0, fmt.Errorf("time the disk: %w", err)
	}
	defer f.Close()
	line := bytes.Repeat([]byte("a line of a journal "), 6)
	var took []float64
	for range 50 {
		began := time.Now()
		_, err := f.Write(line)
		if err := errors.Join(err, f.Sync()); err != nil {
			return 0, fmt.Errorf("time the disk: %w", err)
		}
		took = append(took, time.Since(began).Seconds())
	}
	return quantile(took, 0.5), nil
}

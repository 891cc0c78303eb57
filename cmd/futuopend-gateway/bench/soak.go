package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/cmd/futuopend-gateway/bench/siege"
)

// asCrowd is the argument with which the bench is a crowd: a process of its own on one processor, as strangers are.
const asCrowd = "crowd"

const (
	soakCrowd  = 200              // busy connections at a time
	soakIdle   = 200              // that stay all the time and do nothing, half of them WebSockets
	soakEach   = 13 * time.Second // how long one kind takes at most, with the rest after it
	soakWithin = 10 * time.Second // for an answer that is not measured
)

// pace is how a soak divides its time: one kind comes, goes on while an honest client asks, and leaves.
type pace struct{ comes, asks, rests time.Duration }

// paceOf lets every kind have its turn at least once, however short the soak.
func paceOf(lasting time.Duration, kinds int) pace {
	each := min(soakEach, lasting/time.Duration(kinds))
	return pace{each / 10, each * 7 / 10, each / 5}
}

func (p pace) each() time.Duration { return p.comes + p.asks + p.rests }

// kindsOf are none, for a quiet row, and the kinds whose name an expression matches.
func kindsOf(wanted *regexp.Regexp) []siege.Kind {
	kinds := []siege.Kind{{}}
	for _, k := range siege.Kinds() {
		if wanted.MatchString(k.Name) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// strangers is a crowd as a process: its arguments are the name of a kind, the address and how many.
func strangers(args []string) error {
	runtime.GOMAXPROCS(1)
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return fmt.Errorf("be a crowd: %w", err)
	}
	for _, k := range siege.Kinds() {
		if k.Name == args[0] {
			k.Attack(context.Background(), args[1], n) // ends with the process
		}
	}
	return fmt.Errorf("be a crowd: there is no kind %q", args[0])
}

// soak lets each kind of crowd keep a gateway busy in turn, for a time, while others only listen, and prints after each what
// an honest client waited for and what the gateway has of the machine. The first row is a quiet one.
func (b *bench) soak(ctx context.Context, lasting time.Duration, kinds []siege.Kind) error {
	return b.with(ctx, 0, b.simulated, func(r *running) error {
		ctx, stop := context.WithTimeout(ctx, lasting)
		defer stop()
		client, err := r.reach(ctx)
		if err != nil {
			return err
		}
		client.close()
		gone := [2]func(){siege.Hold(ctx, r.address, siege.Socket, soakIdle/2), siege.Hold(ctx, r.address, siege.Stream, soakIdle/2)}
		row("after", "crowd", "p50", "p99", "max", "new p50", "max ms", "health ms", "RSS MiB", "files", "goroutines")
		began, pace := time.Now(), paceOf(lasting, len(kinds))
		for round := 0; ctx.Err() == nil; round++ {
			for _, k := range kinds {
				if time.Since(began)+pace.each() > lasting {
					stop()
					break
				}
				cells, err := r.besieged(ctx, k, pace)
				if err != nil {
					stop()
					return err
				}
				row(append([]string{time.Since(began).Round(time.Second).String()}, cells...)...)
			}
		}
		gone[0]()
		gone[1]()
		return nil
	})
}

// row prints one line of the table, as soon as it is known: whoever looks on wants to see whether it goes well.
func row(cells ...string) {
	fmt.Printf("%-7s %-28s", cells[0], cells[1])
	for _, c := range cells[2:] {
		fmt.Printf(" %10s", c)
	}
	fmt.Println()
}

// besieged is one row: a crowd of a kind, none for the one without a name. What does not answer in time is told in its cell.
func (r *running) besieged(ctx context.Context, k siege.Kind, p pace) (cells []string, err error) {
	if k.Name == "" {
		k.Name = "none"
	} else if leave, err := r.strangers(ctx, k, p); err != nil {
		return nil, err
	} else {
		defer leave()
	}
	waits, asked := siege.Ask(ctx, r.address, p.asks)
	cells = []string{k.Name}
	for _, w := range []struct {
		list []time.Duration
		q    float64
	}{{waits.Stays, 0.5}, {waits.Stays, 0.99}, {waits.Stays, 1}, {waits.New, 0.5}, {waits.New, 1}} {
		cells = append(cells, fmt.Sprintf("%.1f", siege.Quantile(w.list, w.q).Seconds()*1e3))
	}
	if asked != nil {
		cells[len(cells)-1] = "not at all"
	}
	began := time.Now()
	health := "fails"
	if r.healthy(ctx) == nil {
		health = fmt.Sprintf("%.0f", time.Since(began).Seconds()*1e3)
	}
	memory, err := r.memory()
	if err != nil {
		return nil, err
	}
	files, goroutines, err := r.open(ctx)
	return append(cells, health, fmt.Sprintf("%.1f", memory/(1<<20)), files, goroutines), err
}

// strangers are a crowd of a kind. Whoever calls leave waits until they are gone, and rests.
func (r *running) strangers(ctx context.Context, k siege.Kind, p pace) (leave func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("be a crowd: %w", err)
	}
	them := exec.CommandContext(ctx, self, asCrowd, k.Name, r.address, strconv.Itoa(soakCrowd))
	if err := them.Start(); err != nil {
		return nil, fmt.Errorf("be a crowd: %w", err)
	}
	rest(ctx, p.comes) // until it is there
	return func() {
		them.Process.Kill()
		them.Wait()
		rest(ctx, p.rests)
	}, nil
}

func rest(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// healthy runs the health check as a container engine does.
func (r *running) healthy(ctx context.Context) error {
	check := exec.CommandContext(ctx, r.path, "healthcheck")
	check.Env = r.cmd.Env
	if out, err := check.CombinedOutput(); err != nil {
		return fmt.Errorf("healthcheck: %w: %s", err, out)
	}
	return nil
}

// open counts the files and the goroutines of the program. It says so if the program does not tell.
func (r *running) open(ctx context.Context) (files, goroutines string, err error) {
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", r.cmd.Process.Pid))
	if err != nil {
		return "", "", fmt.Errorf("files of %s: %w", r.name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, soakWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.address+"/metrics", nil)
	if err != nil {
		return "", "", fmt.Errorf("metrics of %s: %w", r.name, err)
	}
	goroutines = "not told"
	if answer, err := http.DefaultClient.Do(request); err == nil {
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		if _, rest, ok := strings.Cut(string(text), "\ngo_goroutines "); ok {
			goroutines, _, _ = strings.Cut(rest, "\n")
		}
	}
	return strconv.Itoa(len(list)), goroutines, nil
}

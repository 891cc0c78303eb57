package opendsim

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// workerMark in the environment tells a worker from its guard.
const workerMark = "OPENDSIM_WORKER"

// guardPause keeps a worker that crashes at once from being started in a tight loop. The daemon's own pause is not
// known.
const guardPause = 300 * time.Millisecond

func isWorker() bool { return os.Getenv(workerMark) != "" }

// guard runs the daemon in a child and starts it again whenever a signal killed it. A child that ends by itself, as
// after a refused login, ends the guard with the same code. TERM ends both.
func guard(deaf bool, stdin, stdout *os.File) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals(deaf)...)
	defer takeTerminal(stdin)() // a worker that crashes does not give it back
	for {
		code, died := watch(signals, stdin, stdout)
		if !died {
			return code
		}
		select {
		case <-signals:
			return exitStopped
		case <-time.After(guardPause):
		}
	}
}

// watch runs one worker to its end, and reports whether a signal killed it that was not ours.
func watch(signals <-chan os.Signal, stdin, stdout *os.File) (code int, died bool) {
	self, err := os.Executable()
	if err != nil {
		return exitRefused, false
	}
	worker := exec.Command(self, os.Args[1:]...)
	worker.Env = append(os.Environ(), workerMark+"=1")
	worker.Stdin, worker.Stdout, worker.Stderr = stdin, stdout, os.Stderr
	if err := worker.Start(); err != nil {
		return exitRefused, false
	}
	ended := make(chan struct{})
	go func() { worker.Wait(); close(ended) }() // both branches wait for it
	select {
	case <-signals:
		worker.Process.Signal(syscall.SIGTERM)
		<-ended
		return exitStopped, false
	case <-ended:
	}
	status := worker.ProcessState.Sys().(syscall.WaitStatus)
	return status.ExitStatus(), status.Signaled()
}

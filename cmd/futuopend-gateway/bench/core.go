package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// onOneCore has the bench and the given processes share one core while do runs. A round trip that takes microseconds
// depends most on whether the kernel put its two ends on one core or on two, and that is chance.
func onOneCore(processes []int, do func() error) error {
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return fmt.Errorf("find the cores: %w", err)
	}
	var one unix.CPUSet
	for core := 0; one.Count() == 0; core++ {
		if all.IsSet(core) {
			one.Set(core)
		}
	}
	processes = append(processes, os.Getpid())
	to := func(cores *unix.CPUSet) error {
		for _, pid := range processes {
			if err := confine(pid, cores); err != nil {
				return err
			}
		}
		return nil
	}
	if err := to(&one); err != nil {
		return err
	}
	return errors.Join(do(), to(&all))
}

// confine lets each thread of a process run on the given cores only. Threads that are made later inherit that.
func confine(pid int, cores *unix.CPUSet) error {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return fmt.Errorf("confine to a core: %w", err)
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			return fmt.Errorf("confine to a core: %w", err)
		}
		// A thread may have ended since it was listed.
		if err := unix.SchedSetaffinity(id, cores); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("confine to a core: %w", err)
		}
	}
	return nil
}

package main

import (
	"fmt"
	"math"

	"go.uber.org/zap"
	"golang.org/x/sys/unix"

	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/gate"
)

// ownFiles are kept from those who connect, beside what the gate's clients have: for the journal, the daemon's start and
// its terminal, messages and metrics. A start has some twenty open at once.
const ownFiles = 128

// filesForClients is how many files the connections of clients may have. The runtime has raised the limit as far as it may.
func filesForClients(log *zap.Logger) (int, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, fmt.Errorf("ask how many files may be open: %w", err)
	}
	return shareOfFiles(int(min(limit.Cur, math.MaxInt32)), log), nil
}

// shareOfFiles leaves of all files what the gateway wants for itself.
func shareOfFiles(all int, log *zap.Logger) int {
	left := max(1, all-ownFiles-gate.FilesEach*gate.MaxConns)
	if places := transport.Places(left); places < transport.Places(0) {
		log.Warn("there are few files", zap.Int("files", all), zap.Int("connections", places))
	}
	return left
}

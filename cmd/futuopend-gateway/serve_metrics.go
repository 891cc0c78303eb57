package main

import (
	"context"

	"go.uber.org/zap"

	"github.com/ostai/futuopend-gateway/transport/metrics"
)

// newMetrics lets the metrics ask whoever knows.
func (g *gateway) newMetrics(log *zap.Logger) *metrics.Metrics {
	return metrics.New(metrics.Config{
		Journal: g.journal, Version: version, Revision: builtFrom(),
		Proven: g.agent.Proven,
		Budget: func(ctx context.Context) (starts, failedLogins int, err error) {
			left, err := g.agent.Budget(ctx)
			return left.Starts, left.FailedLogins, err
		},
		Lines: func() (all, unknown uint64) {
			counts := g.agent.Counts()
			return counts.Lines, counts.Unknown
		},
		Unwritten:     func() uint64 { return g.agent.Counts().Unwritten },
		JournalSize:   g.file.Size,
		Clients:       g.server.Clients,
		WrongTokens:   g.server.Failed,
		Doors:         g.doors,
		Notifications: func() metrics.Messages { return metrics.Messages(g.notifier.Counts()) },
	})
}

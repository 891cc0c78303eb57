package agent

import (
	"context"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

// Budget tells what is left at present. It fails when ctx ends before the loop answers, or when the agent has
// stopped. It is safe for concurrent use.
func (a *Agent) Budget(ctx context.Context) (b fsm.Budget, err error) {
	err = a.do(ctx, func() error {
		b = a.ledger.Budget(time.Now())
		return nil
	})
	return b, err
}

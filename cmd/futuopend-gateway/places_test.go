package main

import (
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/transport"
	"github.com/ostai/futuopend-gateway/transport/gate"
)

func TestConnectionsLeaveFilesToTheGatewayAndWhereTheyAreFewThatIsSaid(t *testing.T) {
	for _, all := range []int{64, 1024, 4096, 1 << 20} {
		core, logs := observer.New(zapcore.WarnLevel)
		places := transport.Places(shareOfFiles(all, zap.New(core)))
		own := ownFiles + 2*gate.MaxConns
		if all > 1000 && places+transport.KeptFiles+own > all {
			t.Errorf("of %d files connections have %d, and %d are wanted beside them", all, places, own)
		}
		if few := places < transport.Places(0); few != (logs.FilterMessage("there are few files").Len() == 1) {
			t.Errorf("with %d files there are %d places, and the log says %v", all, places, logs.All())
		}
	}
}

package openapi

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheNetworkIsUpIfOneHostOfTheBrokerTakesAConnection(t *testing.T) {
	for name, c := range map[string]struct {
		up    string // the host that takes a connection
		after time.Duration
		took  time.Duration
		want  string
	}{
		"the first":      {"www.futunn.com:443", time.Second, time.Second, ""},
		"the second":     {"www.moomoo.com:443", time.Second, time.Second, ""},
		"slowly":         {"www.moomoo.com:443", 9 * time.Second, 9 * time.Second, ""},
		"none":           {"", 0, 10 * time.Second, "connect to www.futunn.com:443: no answer within 10s"},
		"one, too late":  {"www.moomoo.com:443", 11 * time.Second, 10 * time.Second, "connect to www.futunn.com:443: no answer within 10s"},
		"another's host": {"www.example.com:443", time.Second, 10 * time.Second, "connect to www.futunn.com:443: no answer within 10s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := Reach(t.Context(), func(ctx context.Context, network, host string) (net.Conn, error) {
					never := time.Hour
					if host == c.up {
						never = c.after
					}
					select {
					case <-time.After(never):
						ours, theirs := net.Pipe()
						theirs.Close()
						return ours, nil
					case <-ctx.Done():
						return nil, ctx.Err()
					}
				})
				if took := time.Since(began); took != c.took || c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
					t.Errorf("after %v: %v; want %q after %v", took, err, c.want, c.took)
				}
			})
		})
	}
}

func TestANameThatCannotBeLookedUpIsSaidWithoutAddresses(t *testing.T) {
	err := Reach(t.Context(), func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "www.futunn.com", Server: "10.0.0.1:53"}}
	})
	if err == nil || err.Error() != "connect to www.futunn.com:443: the name cannot be looked up" {
		t.Errorf("got %v", err)
	}
}

func TestLookingForTheNetworkEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		began := time.Now()
		err := Reach(ctx, func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		if !errors.Is(ctx.Err(), context.Canceled) || err == nil || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

package opendsim_test

import (
	"context"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/openapi"
	"github.com/ostai/futuopend-gateway/fsm"
)

// prove lets the gateway's own client ask the daemon, until the test ends, and returns what it tells.
func prove(t *testing.T, address string, key *rsa.PrivateKey) (told <-chan fsm.Event) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	events, done := make(chan fsm.Event), make(chan struct{})
	tell := func(e fsm.Event) {
		select {
		case events <- e:
		case <-ctx.Done():
		}
	}
	go func() {
		defer close(done)
		openapi.Config{Address: address, Key: key}.Watch(ctx, tell, func(time.Time) {})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return events
}

func TestTheGatewaysClientLearnsWhatHappens(t *testing.T) {
	_, path := keyFile(t)
	for _, c := range []struct {
		name string
		args []string
		want []fsm.Kind // in this order, among others
		why  string     // in the last of them
	}{
		{"the session", []string{"session-lost"}, []fsm.Kind{fsm.APIReady, fsm.SessionLost, fsm.SessionBack}, ""},
		{"another login", []string{"kicked-out"}, []fsm.Kind{fsm.APIReady, fsm.KickedOut}, ""},
		{"another password", []string{"password-changed"}, []fsm.Kind{fsm.APIReady, fsm.PasswordNewer, fsm.APILost}, ""},
		{"a changed password that only a refusal tells of", []string{"turned-password"}, []fsm.Kind{fsm.APIReady, fsm.APILost, fsm.APILost}, "Login password has been modified,Logged out"},
		{"a session that is gone", []string{"session-gone"}, []fsm.Kind{fsm.APIReady, fsm.APILost, fsm.SessionLost}, "not logged in"},
		{"a refusal", []string{"ok", "-api=refuse"}, []fsm.Kind{fsm.APILost}, wantsCode},
		{"a closed connection", []string{"ok", "-api=drop"}, []fsm.Kind{fsm.APILost}, ""},
		{"a key that it does not have", []string{"ok", "-rsa_private_key=" + path}, []fsm.Kind{fsm.APILost}, "key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, address := serve(t, append(c.args, "-pace=5ms")...)
			r.await(t, "Login successful")
			told := prove(t, address, nil)
			deadline := time.After(patience)
			for want := c.want; len(want) > 0; {
				select {
				case e := <-told:
					if e.Kind != want[0] {
						continue
					}
					if want = want[1:]; len(want) == 0 && !strings.Contains(e.Detail, c.why) {
						t.Errorf("told %q, want something of %q", e.Detail, c.why)
					}
				case <-deadline:
					t.Fatalf("nothing was told of %q", want)
				}
			}
		})
	}
}

func TestTheGatewaysClientEncrypts(t *testing.T) {
	t.Parallel()
	key, path := keyFile(t)
	r, address := serve(t, "ok", "-rsa_private_key="+path)
	r.await(t, "Login successful")
	told := prove(t, address, key)
	deadline := time.After(patience)
	for {
		select {
		case e := <-told:
			if e.Kind == fsm.APILost {
				t.Fatalf("told %+v", e)
			}
			if e.Kind == fsm.APIReady {
				return
			}
		case <-deadline:
			t.Fatal("never ready")
		}
	}
}

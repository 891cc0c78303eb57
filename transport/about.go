package transport

import (
	"reflect"

	"github.com/ostai/futuopend-gateway/fsm"
)

// About is what tells a gateway from others, for people. Each member is empty where it is not known.
type About struct {
	Account string `json:"account,omitempty"` // masked: its last digits only
	Name    string `json:"name,omitempty"`    // what people call the gateway
	API     string `json:"api_address,omitempty"`
	Shell   string `json:"shell,omitempty"` // what a command is put behind to run it where the gateway runs, such as docker exec NAME
}

// daemonBody is what the daemon printed of itself since its start, as printed.
type daemonBody struct {
	Version     string   `json:"version,omitempty"`
	RSA         string   `json:"rsa,omitempty"`
	Quota       string   `json:"quota,omitempty"`
	Rights      []string `json:"rights,omitempty"`      // a market and a level each
	Connections []string `json:"connections,omitempty"` // the access points
}

// newDaemon is nil before the daemon printed anything of it.
func newDaemon(f fsm.Facts) *daemonBody {
	if reflect.ValueOf(f).IsZero() {
		return nil
	}
	body := daemonBody(f)
	return &body
}

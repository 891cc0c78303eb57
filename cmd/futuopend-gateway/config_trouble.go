package main

import (
	"strings"
	"time"
	_ "time/tzdata" // the zones, for a machine that has none of its own; the image has

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/notify"
)

// market understands HH:MM@ZONE.
func (c *checker) market(name, s string) (m fsm.Market) {
	if s == "" {
		return m
	}
	clock, zone, _ := strings.Cut(s, "@")
	at, err := time.Parse("15:04", clock)
	if err == nil && (zone == "" || zone == "Local") {
		err = errWrong // the zone of this machine is rarely that of the market
	}
	if err == nil {
		m.Zone, err = time.LoadLocation(zone)
	}
	if err != nil {
		c.wrong(name, "wrong.market", "value", quoted(s))
		return fsm.Market{}
	}
	m.Hour, m.Minute = at.Hour(), at.Minute()
	return m
}

// heartbeat understands an address that is a secret, so that no message has it.
func (c *checker) heartbeat(name, s string) *notify.HeartbeatURL {
	if s == "" {
		return nil
	}
	u, err := notify.ParseHeartbeat(s)
	if err != nil {
		c.wrong(name, "wrong.heartbeat")
	}
	return u
}

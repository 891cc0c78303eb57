// Package siege is many connections that keep a gateway busy, each kind in another way, and an honest client beside them
// that tells how long it waits. The tests of crowds and the soak stand on it. It speaks the wire byte by byte, because
// half of what a crowd sends no client would send.
package siege

// Package gate keeps the ports of the daemon's API from clients until the account is logged in.
//
// The daemon opens its API before it is logged in, and each connection while an SMS is awaited can make the code void. So the daemon
// listens on a port inside, and the gate listens where clients connect, only while that is of use to them: an open port means logged
// in. It copies bytes both ways and reads none of them; on Linux the kernel does the copying.
//
// It knows no state and no daemon. Whoever knows them calls [Gate.Open], [Gate.Hold] and [Gate.Shut].
package gate

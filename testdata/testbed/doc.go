// Package testbed is what the tests of several rooms stand on: a port that is free, a listener in memory, a recording
// of what a program prints, a description of HTTP that answers are held to, and a program that a test starts and ends. It is for tests alone, as net/http/httptest is,
// and knows nothing of a gateway: it imports nothing of ours, so that every room may use it. A test in the root of the
// module keeps it out of the program.
package testbed

// Package foreign holds no code. Its tests let clients that are not ours speak to the simulated daemon: the official
// JavaScript packages of npm, and a Go SDK. What cannot be fetched is skipped, and says so.
//
// It is a module of its own, so that what the clients need is in no go.mod of the program. Each client is a program: two
// Go SDKs in one would register the same protobuf files, and panic. The official Python SDK is not tried: it
// comes from PyPI and brings pandas with it.
package foreign

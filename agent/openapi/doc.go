// Package openapi speaks FutuOpenD's own API, as far as a proof of readiness needs it: [Config.Watch] keeps one
// connection and tells whether quotes would work. The rest is the codec, for both ends: [ReadFrame] and [WriteFrame],
// the ciphers in [Keys], and one small type for each message.
//
// The messages are protobuf, read and written by hand. Generated code is not used: every SDK registers the same
// file names, and two in one program panic.
//
// Sources are the published protocol definitions and the official Python SDK. What is only concluded from them says so.
package openapi

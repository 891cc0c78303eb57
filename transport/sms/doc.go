// Package sms finds the code in a text, as a phone received it or as a person copied it.
//
// It is the one place that decides what in a text is a code. Whoever takes codes from people asks it: the page, the
// command line, POST /code, POST /sms, and answers to messages. The frames of the WebSocket are from programs and take
// nothing but digits.
package sms

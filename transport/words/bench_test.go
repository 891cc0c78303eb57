package words

import "testing"

func BenchmarkText(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Text(Chinese, "log.message_sent")
	}
}

func BenchmarkTextFirstTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		row(Chinese, "log.message_sent")
	}
}

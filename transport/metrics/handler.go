package metrics

import (
	"bytes"
	"net/http"
	"strconv"
)

// maxScrapes bounds the scrapes that are answered at once. A further one gets 503.
const maxScrapes = 4

// mediaType is that of the text format of Prometheus, which every scraper takes.
const mediaType = "text/plain; version=0.0.4; charset=utf-8"

// ServeHTTP answers a scrape.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var b *bytes.Buffer
	select {
	case b = <-m.pages:
		defer func() { m.pages <- b }()
	default:
		http.Error(w, "as many scrapes as may be are being answered; try again later", http.StatusServiceUnavailable)
		return
	}
	s := sheet{}
	m.collect(&s)
	goRuntime(&s)
	process(&s)
	b.Reset()
	s.write(b)
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.Write(b.Bytes())
}

package metrics

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"
)

// maxScrapes bounds the scrapes that are answered at once. A further one gets 503.
const maxScrapes = 4

// ServeHTTP answers a scrape.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler().ServeHTTP(w, r) }

// newHandler has a registry of its own: the library's global one has whatever any import put there.
func (m *Metrics) newHandler() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collector{m},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog:            zap.NewStdLog(m.cfg.Log),
		ErrorHandling:       promhttp.ContinueOnError, // half an answer is better than none
		MaxRequestsInFlight: maxScrapes,
	})
}

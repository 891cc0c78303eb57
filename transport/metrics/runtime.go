package metrics

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"strconv"
	"time"
)

// goFigure is a figure of the Go runtime: the sum of some of its own metrics. The names are those of Prometheus's library for Go, which
// dashboards know.
type goFigure struct {
	name, help string
	kind       kind
	from       []string
}

const (
	objects  = "/memory/classes/heap/objects:bytes"
	unused   = "/memory/classes/heap/unused:bytes"
	released = "/memory/classes/heap/released:bytes"
	free     = "/memory/classes/heap/free:bytes"
	stacks   = "/memory/classes/heap/stacks:bytes"
	tiny     = "/gc/heap/tiny/allocs:objects"
)

// goFigures has a row for each.
var goFigures = []goFigure{
	{"go_gc_gogc_percent", "Heap growth that starts a collection, GOGC, in percent.", gauge, []string{"/gc/gogc:percent"}},
	{"go_gc_gomemlimit_bytes", "Memory limit of the Go runtime, GOMEMLIMIT; the largest number if there is none.", gauge, []string{"/gc/gomemlimit:bytes"}},
	{"go_sched_gomaxprocs_threads", "Threads that may run Go code at once, GOMAXPROCS.", gauge, []string{"/sched/gomaxprocs:threads"}},
	{"go_memstats_alloc_bytes", "Bytes of heap objects that are in use.", gauge, []string{objects}},
	{"go_memstats_alloc_bytes_total", "Bytes of heap objects that were ever allocated.", counter, []string{"/gc/heap/allocs:bytes"}},
	{"go_memstats_buck_hash_sys_bytes", "Bytes of the profiler's table.", gauge, []string{"/memory/classes/profiling/buckets:bytes"}},
	{"go_memstats_frees_total", "Heap objects that were ever freed.", counter, []string{"/gc/heap/frees:objects", tiny}},
	{"go_memstats_gc_sys_bytes", "Bytes of the collector's own data.", gauge, []string{"/memory/classes/metadata/other:bytes"}},
	{"go_memstats_heap_alloc_bytes", "Bytes of heap objects that are in use.", gauge, []string{objects}},
	{"go_memstats_heap_idle_bytes", "Bytes of the heap that wait to be used.", gauge, []string{released, free}},
	{"go_memstats_heap_inuse_bytes", "Bytes of the heap that are in use.", gauge, []string{objects, unused}},
	{"go_memstats_heap_objects", "Heap objects that are in use.", gauge, []string{"/gc/heap/objects:objects"}},
	{"go_memstats_heap_released_bytes", "Bytes of the heap that were given back to the system.", gauge, []string{released}},
	{"go_memstats_heap_sys_bytes", "Bytes of the heap that were taken from the system.", gauge, []string{objects, unused, released, free}},
	{"go_memstats_mallocs_total", "Heap objects that were ever allocated.", counter, []string{"/gc/heap/allocs:objects", tiny}},
	{"go_memstats_mcache_inuse_bytes", "Bytes of mcache structures that are in use.", gauge, []string{"/memory/classes/metadata/mcache/inuse:bytes"}},
	{"go_memstats_mcache_sys_bytes", "Bytes of mcache structures that were taken from the system.", gauge, []string{"/memory/classes/metadata/mcache/inuse:bytes", "/memory/classes/metadata/mcache/free:bytes"}},
	{"go_memstats_mspan_inuse_bytes", "Bytes of mspan structures that are in use.", gauge, []string{"/memory/classes/metadata/mspan/inuse:bytes"}},
	{"go_memstats_mspan_sys_bytes", "Bytes of mspan structures that were taken from the system.", gauge, []string{"/memory/classes/metadata/mspan/inuse:bytes", "/memory/classes/metadata/mspan/free:bytes"}},
	{"go_memstats_next_gc_bytes", "Size of the heap at which the next collection begins.", gauge, []string{"/gc/heap/goal:bytes"}},
	{"go_memstats_other_sys_bytes", "Bytes that were taken from the system for everything else.", gauge, []string{"/memory/classes/other:bytes"}},
	{"go_memstats_stack_inuse_bytes", "Bytes of goroutines' stacks.", gauge, []string{stacks}},
	{"go_memstats_stack_sys_bytes", "Bytes of all stacks.", gauge, []string{stacks, "/memory/classes/os-stacks:bytes"}},
	{"go_memstats_sys_bytes", "Bytes that were taken from the system.", gauge, []string{"/memory/classes/total:bytes"}},
}

// goRuntime tells of the Go runtime, without stopping it.
func goRuntime(s *sheet) {
	var wanted []metrics.Sample
	for _, f := range goFigures {
		for _, name := range f.from {
			wanted = append(wanted, metrics.Sample{Name: name})
		}
	}
	metrics.Read(wanted)
	for _, f := range goFigures {
		sum := 0.0
		for range f.from {
			sum += number(wanted[0])
			wanted = wanted[1:]
		}
		s.family(f.kind, f.name, f.help).is(sum)
	}
	s.family(gauge, "go_goroutines", "Goroutines that there are.").is(float64(runtime.NumGoroutine()))
	s.family(gauge, "go_threads", "Threads that were ever made.").is(float64(pprof.Lookup("threadcreate").Count()))
	s.family(gauge, "go_info", "The version of Go; always 1.", "version").is(1, runtime.Version())
	collections(s)
}

// number is the value of a sample; one that this Go does not have is not known.
func number(s metrics.Sample) float64 {
	switch s.Value.Kind() {
	case metrics.KindUint64:
		return float64(s.Value.Uint64())
	case metrics.KindFloat64:
		return s.Value.Float64()
	}
	return unknown
}

// collections tells how long the collector stopped the program.
func collections(s *sheet) {
	quantiles := []float64{0, 0.25, 0.5, 0.75, 1}
	gc := debug.GCStats{PauseQuantiles: make([]time.Duration, len(quantiles))}
	debug.ReadGCStats(&gc)
	f := s.family(summary, "go_gc_duration_seconds", "Pauses of the collector.")
	for i, q := range quantiles {
		f.figures = append(f.figures, figure{labels: `{quantile="` + strconv.FormatFloat(q, 'g', -1, 64) + `"}`, value: gc.PauseQuantiles[i].Seconds()})
	}
	f.figures = append(f.figures, figure{ending: "_sum", value: gc.PauseTotal.Seconds()}, figure{ending: "_count", value: float64(gc.NumGC)})
	last := 0.0
	if gc.NumGC > 0 {
		last = float64(gc.LastGC.UnixNano()) / 1e9
	}
	s.family(gauge, "go_memstats_last_gc_time_seconds", "When the last collection ended, in seconds of Unix time.").is(last)
}

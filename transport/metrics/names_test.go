package metrics_test

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// Dashboards and alerts know the names. A new one is added to the file; one that is there stays.
func TestEveryNameThatWasEverToldIsToldStillWithItsType(t *testing.T) {
	const file = "testdata/names.txt"
	_, body := ask(t, http.MethodGet, serve(t, nil), "")
	var got []string
	for line := range strings.Lines(body) {
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			got = append(got, strings.TrimSuffix(rest, "\n"))
		}
	}
	slices.Sort(got)
	text := strings.Join(got, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || text != string(want) {
		t.Errorf("the names are\n%s\nwant\n%s\n%v; go test ./transport/metrics -update writes them, and no line may vanish", text, want, err)
	}
}

// What the kernel and the runtime say is there, and is of a size that can be.
func TestTheFiguresOfTheProcessAreOfThisProcess(t *testing.T) {
	_, body := ask(t, http.MethodGet, serve(t, nil), "")
	values := map[string]float64{}
	for line := range strings.Lines(body) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok && !strings.HasPrefix(line, "#") {
			if v, err := strconv.ParseFloat(value, 64); err == nil {
				values[name] = v
			}
		}
	}
	info, err := os.Stat("/proc/self")
	if err != nil {
		t.Fatal(err)
	}
	for name, between := range map[string][2]float64{
		"process_resident_memory_bytes":        {1 << 20, 4 << 30},
		"process_virtual_memory_bytes":         {1 << 20, 1 << 50},
		"process_open_fds":                     {4, 10_000},
		"process_max_fds":                      {16, 1 << 31},
		"process_cpu_seconds_total":            {0.001, 3600},
		"process_start_time_seconds":           {float64(info.ModTime().Unix() - 60), float64(info.ModTime().Unix() + 60)},
		"process_network_receive_bytes_total":  {0, 1 << 60},
		"go_goroutines":                        {2, 1000},
		"go_threads":                           {2, 1000},
		"go_memstats_heap_alloc_bytes":         {1 << 10, 4 << 30},
		"go_memstats_sys_bytes":                {1 << 20, 4 << 30},
		"go_sched_gomaxprocs_threads":          {1, 1024},
		`go_gc_duration_seconds{quantile="1"}`: {0, 10},
	} {
		if v, ok := values[name]; !ok || v < between[0] || v > between[1] {
			t.Errorf("%s is %v, want between %v and %v", name, v, between[0], between[1])
		}
	}
	if values["go_memstats_heap_sys_bytes"] < values["go_memstats_heap_inuse_bytes"] || values["go_memstats_sys_bytes"] < values["go_memstats_heap_sys_bytes"] {
		t.Error("a part of the memory is larger than the whole")
	}
}

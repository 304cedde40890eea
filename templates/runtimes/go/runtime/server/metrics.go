// The function's metrics and their Prometheus text.
package main

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	success = "success"
	failure = "error"
	timeout = "timeout"
	invalid = "invalid"
)

var (
	outcomes = []string{success, failure, timeout, invalid}
	buckets  = []float64{
		0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
	}
)

type metrics struct {
	mutex       sync.Mutex
	invocations map[string]int
	inFlight    int
	seconds     float64
	// One count per bucket and one for what is above them all; made cumulative when rendered.
	durations []int
}

func newMetrics() *metrics {
	return &metrics{invocations: map[string]int{}, durations: make([]int, len(buckets)+1)}
}

func (m *metrics) refused() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.invocations[invalid]++
}

func (m *metrics) started() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.inFlight++
}

func (m *metrics) finished(outcome string, took time.Duration) {
	seconds := took.Seconds()
	bucket := 0
	for bucket < len(buckets) && seconds > buckets[bucket] {
		bucket++
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.inFlight--
	m.invocations[outcome]++
	m.seconds += seconds
	m.durations[bucket]++
}

func (m *metrics) page() []byte {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var page strings.Builder
	family(&page, "function_invocations_total", "counter", "Events received, by how they ended.")
	for _, outcome := range outcomes {
		fmt.Fprintf(&page, "function_invocations_total{outcome=%q} %d\n", outcome, m.invocations[outcome])
	}
	family(&page, "function_duration_seconds", "histogram",
		"Time from the call of the handler to its answer.")
	total := 0
	for i, count := range m.durations {
		bound := "+Inf"
		if i < len(buckets) {
			bound = number(buckets[i])
		}
		total += count
		fmt.Fprintf(&page, "function_duration_seconds_bucket{le=%q} %d\n", bound, total)
	}
	fmt.Fprintf(&page, "function_duration_seconds_sum %s\n", number(m.seconds))
	fmt.Fprintf(&page, "function_duration_seconds_count %d\n", total)
	family(&page, "function_in_flight", "gauge", "Handler calls not yet answered.")
	fmt.Fprintf(&page, "function_in_flight %d\n", m.inFlight)
	return []byte(page.String())
}

func family(page *strings.Builder, name, kind, words string) {
	fmt.Fprintf(page, "# HELP %s %s\n# TYPE %s %s\n", name, words, name, kind)
}

func number(value float64) string {
	return strconv.FormatFloat(value, 'g', -1, 64)
}

// SPDX-License-Identifier: MPL-2.0

// Package peak measures, for benchmarks, how much memory something takes at most.
package peak

import (
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// Report does something once in each round of a benchmark, and reports the most memory that it has added to what the process has from the
// system, in MB. A server that a benchmark has started in its own process counts as well.
func Report(b *testing.B, do func()) {
	b.Helper()
	b.ReportAllocs()
	most := uint64(0)
	for b.Loop() {
		most = max(most, of(do))
	}
	b.ReportMetric(float64(most>>20), "peak-MB")
}

func of(do func()) uint64 {
	debug.FreeOSMemory()
	before, most := inUse(), uint64(0)
	done, sampled := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sampled)
		for {
			most = max(most, inUse())
			select {
			case <-done:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	do()
	close(done)
	<-sampled
	return most - min(before, most)
}

// inUse is the memory that the process has from the system.
func inUse() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// SPDX-License-Identifier: MPL-2.0

// Package heap has the garbage of a process collected less often while it uses little memory.
//
// By default, Go collects garbage whenever the heap has doubled. A provider keeps a few megabytes and makes hundreds of them into garbage
// for each plan, so it would collect a hundred times, which takes a fifth of its time.
package heap

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// live is the metric of what the last collection has left, in bytes.
const live = "/gc/heap/live:bytes"

// The limits of how much a heap may grow until the next collection, in percent. The lower one is Go's own.
const (
	leastGrowth = 100
	mostGrowth  = 1000
)

// Roomy lets the heap grow to so many bytes before its garbage is collected, and from then on as much as by default. It holds for the whole
// process, and for good.
func Roomy(room uint64) {
	debug.SetGCPercent(growth(room, liveNow()))
	afterEachCollection(func() { debug.SetGCPercent(growth(room, liveNow())) })
}

// growth returns how much a heap may grow until the next collection, in percent of what lives.
func growth(room, alive uint64) int {
	if alive == 0 || alive >= room {
		return leastGrowth
	}
	return int(min(max((room-alive)*100/alive, leastGrowth), mostGrowth))
}

func liveNow() uint64 {
	samples := []metrics.Sample{{Name: live}}
	metrics.Read(samples)
	return samples[0].Value.Uint64()
}

// sentinel is garbage from the beginning: its cleanup tells of each collection.
type sentinel struct{ _ [16]byte }

// afterEachCollection calls a function after each collection of garbage, with what tells of the next one already in place.
func afterEachCollection(do func()) {
	runtime.AddCleanup(&sentinel{}, func(do func()) {
		afterEachCollection(do)
		do()
	}, do)
}

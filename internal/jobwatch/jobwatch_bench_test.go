// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// jobsAtOnce is how many jobs a benchmark waits for at a time, each on a server of its own, so that no wait shares its polls.
const jobsAtOnce = 50

// BenchmarkWait waits for jobs of a few seconds, and measures how late their end is noticed and how often they are read: by a watcher, and
// by a loop that reads once a second.
func BenchmarkWait(b *testing.B) {
	waits := map[string]func(b *testing.B, s *server){
		"watcher": func(b *testing.B, s *server) {
			b.Helper()
			if _, _, err := s.watcher().Wait(b.Context(), "7", nil); err != nil {
				b.Error(err)
			}
		},
		"loop of 1 s": func(b *testing.B, s *server) {
			b.Helper()
			for s.gets.Add(1); !s.job("7").ended; s.gets.Add(1) {
				time.Sleep(time.Second)
			}
		},
	}
	for _, seconds := range []int{1, 2, 5} {
		for name, wait := range waits {
			b.Run(fmt.Sprintf("%d s/%s", seconds, name), func(b *testing.B) {
				var late, polls, jobs atomic.Int64
				for b.Loop() {
					var all sync.WaitGroup
					for i := range jobsAtOnce {
						all.Go(func() {
							s := newServer(time.Duration(seconds)*time.Second + time.Duration(i)*time.Second/jobsAtOnce)
							wait(b, s)
							late.Add(int64(time.Since(s.start) - s.takes))
							polls.Add(int64(s.gets.Load()))
							jobs.Add(1)
						})
					}
					all.Wait()
				}
				b.ReportMetric(float64(late.Load())/float64(jobs.Load())/float64(time.Millisecond), "late-ms/job")
				b.ReportMetric(float64(polls.Load())/float64(jobs.Load()), "polls/job")
			})
		}
	}
}

// BenchmarkWaitTogether awaits the jobs of an apply, which take 4 to 6 seconds each: twenty and a hundred, ten at a time, as core starts them.
// Each request takes 100 ms. longer is the time of the apply as a multiple of one that notices each end at once.
func BenchmarkWaitTogether(b *testing.B) {
	for name, c := range map[string]*crowd{
		"20 jobs": {jobs: 20, lanes: 10}, "100 jobs": {jobs: 100, lanes: 10}, "20 plan jobs": {jobs: 20, lanes: 10, partial: true},
	} {
		b.Run(name, func(b *testing.B) {
			var late, took time.Duration
			requests, jobs, n := 0, 0, 0
			for b.Loop() {
				one := crowd{jobs: c.jobs, lanes: c.lanes, partial: c.partial}
				took += one.run(b)
				late, requests, jobs, n = late+one.late, requests+int(one.gets.Load()+one.lists.Load()), jobs+one.jobs, n+1
			}
			b.ReportMetric(float64(late)/float64(jobs)/float64(time.Millisecond), "late-ms/job")
			b.ReportMetric(float64(requests)/float64(jobs), "requests/job")
			b.ReportMetric(float64(took)/float64(n)/float64(c.least()), "longer")
		})
	}
}

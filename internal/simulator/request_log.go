// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is a request that a service received.
type Request struct {
	// Number counts requests from 1.
	Number int
	// Time is the simulated time at which it was received.
	Time time.Time
	// Service is orchestrator or rbac.
	Service  string
	Method   string
	Path     string
	RawQuery string
	Header   http.Header
	Body     []byte
	// ClientCertname is the name in the client's certificate, empty for a client without one.
	ClientCertname string
	// Status is the status of the answer, 0 if there is none.
	Status int
	// Handled is true when the service did what the request asked for, or refused it. A request that a fault kept from the service is not
	// handled.
	Handled bool
}

// requestLog holds all requests since the last reset.
type requestLog struct {
	mu       sync.Mutex
	requests []*Request
	last     int
}

// logSize is how many requests the log keeps, so that a simulator that runs for days does not run out of memory.
const logSize = 200_000

// add adds a request that was just received.
func (l *requestLog) add(r Request) *Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	r.Number = l.last
	if len(l.requests) == logSize {
		l.requests = slices.Delete(l.requests, 0, logSize/2)
	}
	l.requests = append(l.requests, &r)
	return &r
}

// note records what happened to a request, and returns a copy.
func (l *requestLog) note(r *Request, change func(*Request)) Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(r)
	return *r
}

func (l *requestLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = nil
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	requests := make([]Request, len(l.requests))
	for i, r := range l.requests {
		requests[i] = *r
	}
	return requests
}

// Requests returns what both services received since the start or the last ResetRequests, in order; of a large number, the newest. The
// caller must not change headers and bodies.
func (s *Simulator) Requests() []Request { return s.log.all() }

// ResetRequests empties the request log. The counts of launches and schedules continue.
func (s *Simulator) ResetRequests() { s.log.reset() }

// LaunchesReceived returns how many launches reached the server since its start: POST command/deploy, task, plan_run and
// environment_plan_run, including those that a fault dropped before they were handled.
func (s *Simulator) LaunchesReceived() int { return int(s.launches.Load()) }

// LaunchesAccepted returns how many launches created a job or a plan job.
func (s *Simulator) LaunchesAccepted() int {
	leave := s.enter()
	defer leave()
	return s.orchAPI.Launches()
}

// ScheduleCreatesReceived returns how many requests to create a schedule reached the server since its start, through either scheduling API.
func (s *Simulator) ScheduleCreatesReceived() int { return int(s.scheduleCreates.Load()) }

// count counts requests that start something, now or later.
func (s *Simulator) count(service, method, path string) {
	if service != serviceOrchestrator || method != http.MethodPost {
		return
	}
	const command = "/orchestrator/v1/command/"
	switch path {
	case command + "deploy", command + "task", command + "plan_run", command + "environment_plan_run":
		s.launches.Add(1)
	case "/orchestrator/v1/scheduled_jobs/environment_jobs",
		command + "schedule_task", command + "schedule_deploy", command + "schedule_plan":
		s.scheduleCreates.Add(1)
	}
}

// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"sync"
	"time"
)

// restarter opens the services again after a restart.
type restarter struct {
	mu sync.Mutex
	// timer runs while the services are down.
	timer *time.Timer
	// release ends the reservations of the ports.
	release []func()
}

// How long, and how often, a service tries to get its port back.
const (
	reopenAttempts = 50
	reopenPause    = 100 * time.Millisecond
)

// Restart restarts all services: connections are cut at once, new ones are refused for the given wall time, and then
// they listen on the same ports again. They keep their data. Jobs continue meanwhile; plan jobs that were running fail when the
// services come up. Restart does not wait for that.
func (s *Simulator) Restart(down time.Duration) {
	r := &s.restart
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.life.Err() != nil {
		return
	}
	if r.timer != nil && r.timer.Stop() {
		// The services are already down: they stay down for longer.
		r.timer.Reset(down)
		return
	}
	for _, server := range s.servers() {
		if release, err := server.reserve(); err == nil {
			r.release = append(r.release, release)
		} else {
			s.logger.Warn("the port cannot be reserved", "service", server.name, "error", err)
		}
		if err := server.close(); err != nil {
			s.logger.Warn("closing for a restart", "service", server.name, "error", err)
		}
	}
	leave := s.enter()
	s.engine.SuspendPlans()
	leave()
	r.timer = time.AfterFunc(down, s.comeUp)
}

// comeUp opens the services again.
func (s *Simulator) comeUp() {
	r := &s.restart
	r.mu.Lock()
	defer r.mu.Unlock()
	leave := s.enter()
	s.engine.FailSuspendedPlans()
	leave()
	for _, server := range s.servers() {
		if err := s.reopen(server); err != nil && s.life.Err() == nil {
			s.logger.Error("the service did not come up", "service", server.name, "error", err)
		}
	}
	r.settle()
}

// settle ends the reservations of the ports. The caller holds the lock.
func (r *restarter) settle() {
	for _, release := range r.release {
		release()
	}
	r.release, r.timer = nil, nil
}

// cancel keeps services that are down from opening again.
func (r *restarter) cancel() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer != nil && r.timer.Stop() {
		r.settle()
	}
}

// reopen opens a service; the port may be in use for a moment.
func (s *Simulator) reopen(server *server) error {
	var err error
	for range reopenAttempts {
		if err = server.open(s.life); err == nil || s.life.Err() != nil {
			return err
		}
		pause(reopenPause, s.closed, nil)
	}
	return err
}

// pause waits for a while, or until one of two channels is closed, and reports whether the whole while has passed.
func pause(d time.Duration, stop, otherStop <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-stop:
		return false
	case <-otherStop:
		return false
	case <-timer.C:
		return true
	}
}

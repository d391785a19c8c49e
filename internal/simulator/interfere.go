// SPDX-License-Identifier: MPL-2.0

package simulator

import "strconv"

// withID calls a function with an id, within the locked world; it logs a text that is not an id.
func (s *Simulator) withID(id string, call func(int)) {
	number, err := strconv.Atoi(id)
	if err != nil {
		s.logger.Error("this is no id", "id", id)
		return
	}
	leave := s.enter()
	defer leave()
	call(number)
}

// StopJob stops a job, as POST /command/stop does.
func (s *Simulator) StopJob(id string, force bool) {
	s.withID(id, func(number int) {
		if _, err := s.engine.Stop(number, force); err != nil {
			s.logger.Error("stopping a job", "id", id, "error", err)
		}
	})
}

// PruneJob removes a job's record as if it had expired.
func (s *Simulator) PruneJob(id string) {
	s.withID(id, func(number int) { s.engine.PruneJob(number) })
}

// PrunePlanJob removes a plan job's record as if it had expired.
func (s *Simulator) PrunePlanJob(id string) {
	s.withID(id, func(number int) { s.engine.PrunePlanJob(number) })
}

// DisableSchedule disables a schedule permanently, as a PUT of enabled false does.
func (s *Simulator) DisableSchedule(id string) {
	s.withID(id, func(number int) {
		if schedule, ok := s.engine.Schedule(number); ok {
			s.engine.DisableSchedule(schedule)
		}
	})
}

// RemoveSchedule removes a schedule, as DELETE /scheduled_jobs/:id does on servers that have it.
func (s *Simulator) RemoveSchedule(id string) {
	s.withID(id, func(number int) { s.engine.RemoveSchedule(number) })
}

// RemoveTaskTarget removes a task-target, which no request to PE can do.
func (s *Simulator) RemoveTaskTarget(id string) {
	s.withID(id, func(number int) { s.engine.RemoveTaskTarget(number) })
}

// FinishAll ends all jobs and plan jobs that run now; every node ends as it would have later.
func (s *Simulator) FinishAll() {
	leave := s.enter()
	defer leave()
	s.engine.FinishAll()
}

// Upgrade turns the server into one of another generation. Schedules made by schedule_* commands become environment jobs if the new
// generation has them, with new ids unless Options.KeepScheduleIDs is set.
func (s *Simulator) Upgrade(g Generation) {
	if _, err := ParseGeneration(string(g)); err != nil {
		s.logger.Error("upgrading", "error", err)
		return
	}
	leave := s.enter()
	defer leave()
	s.engine.SetGeneration(g)
}

// Generation returns the current generation of the server.
func (s *Simulator) Generation() Generation {
	leave := s.enter()
	defer leave()
	return s.engine.Generation()
}

package simulator

import "strconv"

// withID calls a function with an id, within the locked world; something that is no id is logged.
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

// PruneJob removes a job's record as if its time had come.
func (s *Simulator) PruneJob(id string) {
	s.withID(id, func(number int) { s.engine.PruneJob(number) })
}

// PrunePlanJob removes a plan job's record as if its time had come.
func (s *Simulator) PrunePlanJob(id string) {
	s.withID(id, func(number int) { s.engine.PrunePlanJob(number) })
}

// DisableSchedule disables a schedule for good, as a PUT of enabled false does.
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

// FinishAll ends all running work now, every node as it would have ended in its time.
func (s *Simulator) FinishAll() {
	leave := s.enter()
	defer leave()
	s.engine.FinishAll()
}

// Upgrade makes the server one of another generation. Schedules made by schedule_* commands become environment jobs
// where the new generation has them, with new ids unless Options.KeepScheduleIDs is set.
func (s *Simulator) Upgrade(g Generation) {
	if _, err := ParseGeneration(string(g)); err != nil {
		s.logger.Error("upgrading", "error", err)
		return
	}
	leave := s.enter()
	defer leave()
	s.engine.SetGeneration(g)
}

// Generation returns the generation that the server is of now.
func (s *Simulator) Generation() Generation {
	leave := s.enter()
	defer leave()
	return s.engine.Generation()
}

// SPDX-License-Identifier: MPL-2.0

package engine

// slots is the number of nodes that may run tasks at a time, over all jobs. Jobs that need more wait in a queue; while there is a queue, no
// slot is free.
type slots struct {
	free int
	line []*Job
}

// take takes a slot for a node of a job, or queues the job.
func (s *slots) take(j *Job, n *JobNode) bool {
	if s.free > 0 {
		s.free--
		n.slot = true
		return true
	}
	if !j.waiting {
		j.waiting = true
		s.line = append(s.line, j)
	}
	return false
}

// release frees the slot of a node, if it has one.
func (s *slots) release(n *JobNode) {
	if n.slot {
		n.slot = false
		s.free++
	}
}

// giveBack frees the slot of a node. The queued jobs get it, all of one job before any of the next.
func (e *Engine) giveBack(n *JobNode) {
	s := &e.taskSlots
	s.release(n)
	for s.free > 0 && len(s.line) > 0 {
		j := s.line[0]
		e.fill(j)
		if s.free == 0 && j.wantsMore() {
			return
		}
		s.line[0] = nil
		s.line = s.line[1:]
		j.waiting = false
	}
}

// wantsMore reports whether a node of the job could have its turn if it had a slot.
func (j *Job) wantsMore() bool {
	return j.State == JobRunning && j.next < len(j.Nodes) && (j.limit == 0 || j.active < j.limit)
}

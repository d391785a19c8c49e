// SPDX-License-Identifier: MPL-2.0

package engine

import "time"

// fill gives nodes their turn, as many as the limits allow, and ends the job when all of them are done.
func (e *Engine) fill(j *Job) {
	for j.wantsMore() {
		n := j.Nodes[j.next]
		if j.pooled && !j.hurried && !e.taskSlots.take(j, n) {
			return
		}
		j.next++
		n.outcome = j.begin(n)
		if n.outcome.never {
			e.taskSlots.release(n)
			e.end(j, n)
			continue
		}
		j.active++
		n.Started = e.Now()
		e.move(j, n, NodeRunning)
		e.nodeEvent(j, n, EventNodeRunning)
		n.finish = e.afterWork(n.outcome.duration, func() { e.finished(j, n) })
	}
	if j.State == JobRunning && j.next == len(j.Nodes) && j.active == 0 {
		e.conclude(j)
	}
}

// finished ends the work on a node that was running.
func (e *Engine) finished(j *Job, n *JobNode) {
	n.finish = nil
	n.Finished = e.Now()
	e.end(j, n)
	j.active--
	e.giveBack(n)
	if j.State == JobStopping {
		if j.active == 0 {
			e.conclude(j)
		}
		return
	}
	e.fill(j)
}

// end records how the work on a node ended.
func (e *Engine) end(j *Job, n *JobNode) {
	o := n.outcome
	n.outcome = outcome{}
	n.Result, n.Message, n.Report = o.result, o.message, o.report
	if o.report != nil {
		n.TransactionUUID = o.report.TransactionUUID
		e.reported(j, n)
	}
	e.move(j, n, o.state)
	e.nodeEvent(j, n, endEvent(o.state))
	e.usage.count(j, n)
}

// conclude ends a job.
func (e *Engine) conclude(j *Job) {
	state, event := JobFinished, EventJobFinished
	switch {
	case j.State == JobStopping:
		// The recorded clients wait for job_finished or job_aborted; the latter means an end without completion.
		state, event = JobStopped, EventJobAborted
	case j.failures() > 0 && !e.config.FinishedDespiteFailures:
		state = JobFailed
	}
	e.enter(j, state)
	j.Finished = e.Now()
	j.begin = nil
	e.jobEvent(j, event)
	e.prune(func() { e.jobs.remove(j.ID) })
	if j.onEnd != nil {
		j.onEnd()
	}
}

// forced is the message of a node whose run was ended by force.
const forced = "The run was stopped by force"

// Stop stops a job: nodes whose turn has not come are skipped, running ones finish, or end at once with force. Stopping again, or a job
// that is over, changes nothing.
func (e *Engine) Stop(id int, force bool) (*Job, error) {
	j, err := e.Job(id)
	if err != nil {
		return nil, err
	}
	if !j.Ended() {
		e.stop(j, force)
	}
	return j, nil
}

func (e *Engine) stop(j *Job, force bool) {
	if j.State != JobStopping {
		j.pending.Cancel()
		j.pending = nil
		e.enter(j, JobStopping)
		e.jobEvent(j, EventJobStopping)
		e.skipQueued(j)
	}
	if force {
		for _, n := range j.Nodes {
			if n.State == NodeRunning {
				e.abort(j, n)
			}
		}
	}
	if j.active == 0 {
		e.conclude(j)
	}
}

// skipQueued ends the nodes whose turn has not come.
func (e *Engine) skipQueued(j *Job) {
	for ; j.next < len(j.Nodes); j.next++ {
		n := j.Nodes[j.next]
		n.outcome = outcome{state: NodeSkipped, message: "Skipped"}
		e.end(j, n)
	}
}

// abort ends the run on a node at once. The manual does not say in which state; errored is the state of nodes whose run could not be
// completed.
func (e *Engine) abort(j *Job, n *JobNode) {
	n.finish.Cancel()
	n.finish = nil
	n.Finished = e.Now()
	n.outcome = j.errored(n, forced)
	e.end(j, n)
	j.active--
	e.giveBack(n)
}

// errored is the outcome of a node that the work could not run on. Tasks report it as their result, Puppet runs have none.
func (j *Job) errored(n *JobNode, message string) outcome {
	o := outcome{state: NodeErrored, message: message}
	if j.Type != TypeDeploy {
		o.result = map[string]any{
			"msg":     message,
			"kind":    "puppetlabs.orchestrator/execution-failure",
			"details": map[string]any{"node": n.Name},
		}
	}
	return o
}

// statusRequests is how long the server asks an unresponsive node for its status: allowed_pcp_status_requests (35) times 12 seconds.
const statusRequests = 35 * 12 * time.Second

// unresponsive is the outcome of a node that never reports back.
func (j *Job) unresponsive(n *JobNode) outcome {
	o := j.errored(n, "The node did not report back: its status could not be determined")
	o.duration = statusRequests
	return o
}

// within ends an outcome early that takes longer than the job's limit for a node; 0 means no limit.
func (j *Job) within(timeout time.Duration, n *JobNode, o outcome) outcome {
	if timeout == 0 || o.never || o.duration <= timeout {
		return o
	}
	ended := j.errored(n, "The run was ended by force after its timeout of "+timeout.String())
	ended.duration = timeout
	return ended
}

// FinishAll ends all running work now; each node ends as it would have later. Nodes that never report back end errored.
func (e *Engine) FinishAll() {
	for busy := true; busy; {
		busy = false
		for _, j := range e.jobs.all() {
			if !j.Ended() {
				busy = true
				e.hurry(j)
			}
		}
		for _, p := range e.planJobs.all() {
			if !p.Ended() && e.hurryPlan(p) {
				busy = true
			}
		}
	}
}

// hurry ends a job.
func (e *Engine) hurry(j *Job) {
	if j.pending != nil {
		j.pending.Cancel()
		j.pending = nil
		if j.State == JobNew {
			e.enter(j, JobReady)
		}
		e.enter(j, JobRunning)
	}
	j.limit, j.hurried = 0, true
	e.fill(j)
	for _, n := range j.Nodes {
		if n.finish != nil {
			n.finish.Cancel()
			e.finished(j, n)
		}
	}
}

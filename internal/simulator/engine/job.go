// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

// JobState is the state of a job.
type JobState string

// The states of a job.
const (
	JobNew      JobState = "new"
	JobReady    JobState = "ready"
	JobRunning  JobState = "running"
	JobStopping JobState = "stopping"
	JobStopped  JobState = "stopped"
	JobFinished JobState = "finished"
	JobFailed   JobState = "failed"
)

// Terminal reports whether the state is final.
func (s JobState) Terminal() bool {
	return s == JobStopped || s == JobFinished || s == JobFailed
}

// NodeState is the state of a node within a job.
type NodeState string

// The states of a node within a job.
const (
	NodeNew      NodeState = "new"
	NodeReady    NodeState = "ready"
	NodeRunning  NodeState = "running"
	NodeFinished NodeState = "finished"
	NodeFailed   NodeState = "failed"
	NodeErrored  NodeState = "errored"
	NodeSkipped  NodeState = "skipped"
)

// The types of jobs that are launched directly. Those that plans start are named by their steps.
const (
	TypeDeploy = "deploy"
	TypeTask   = "task"
)

// Phase is a period in one state. Exit is zero while it lasts.
type Phase struct {
	State JobState
	Enter time.Time
	Exit  time.Time
}

// Job is work on a set of nodes.
type Job struct {
	ID    int
	Type  string
	State JobState
	Owner *access.User
	// Environment is empty for deploys that leave it to the nodes, and for jobs of plans on servers that do not name it.
	Environment string
	Description string
	// Options is the object that answers show.
	Options json.RawMessage
	// Userdata is what was sent, {} by default.
	Userdata json.RawMessage
	// Sensitive names the parameters that Options leaves out.
	Sensitive []string
	// Task is the name of the task, for jobs that run one.
	Task string
	Noop bool
	// ScheduleID and PlanJobID are what started the job; 0 if that was a user.
	ScheduleID int
	PlanJobID  int

	Created  time.Time
	Changed  time.Time
	Finished time.Time
	Phases   []Phase
	Nodes    []*JobNode
	Events   []*Event

	counts map[NodeState]int
	// begin returns what the work does on a node when its turn comes.
	begin func(n *JobNode) outcome
	// limit is how many nodes may work at once, 0 for any number.
	limit int
	// pooled jobs share the task slots of the server.
	pooled bool
	// waiting is true when the job waits for a task slot, hurried when it no longer needs one.
	waiting, hurried bool
	// next is the index of the first node whose turn has not come.
	next   int
	active int
	// pending is the next change of state before the job runs.
	pending *timeline.Event
	onEnd   func()
}

// JobNode is a node within a job.
type JobNode struct {
	Name      string
	State     NodeState
	Transport string
	// Started and Finished are zero before their time, and on nodes that never ran.
	Started  time.Time
	Finished time.Time
	Changed  time.Time
	// Message is the reason for an end without success, or the message of the last event.
	Message string
	// Result is nil before the end and if there is none; otherwise it encodes to a JSON object.
	Result any
	// Report is the Puppet run's report; nil for tasks and for nodes that never ran.
	Report          *Report
	TransactionUUID string
	LatestEvent     int

	outcome outcome
	finish  *timeline.Event
	// slot is true when the node holds a task slot.
	slot bool
}

// outcome is how the work on a node will end.
type outcome struct {
	state    NodeState
	duration time.Duration
	// never is true when nothing runs on the node: it ends as soon as its turn comes.
	never   bool
	result  any
	message string
	report  *Report
}

// NodeStates returns how many nodes are in each state; states without nodes are left out, and nil means no nodes.
func (j *Job) NodeStates() map[NodeState]int {
	if len(j.Nodes) == 0 {
		return nil
	}
	counts := maps.Clone(j.counts)
	maps.DeleteFunc(counts, func(_ NodeState, n int) bool { return n == 0 })
	return counts
}

// Ended reports whether the job is over.
func (j *Job) Ended() bool { return j.State.Terminal() }

// Jobs returns all jobs by id.
func (e *Engine) Jobs() []*Job { return e.jobs.all() }

// Job returns a job.
func (e *Engine) Job(id int) (*Job, error) {
	if j, ok := e.jobs.get(id); ok {
		return j, nil
	}
	return nil, unknownJob(id)
}

// origin is who or what starts a job.
type origin struct {
	user     *access.User
	schedule int
	planJob  int
}

// The time that a job spends before it runs, at time scale 1.
const (
	timeNew   = 50 * time.Millisecond
	timeReady = 100 * time.Millisecond
)

// start adds a job over nodes and starts it.
func (e *Engine) start(j *Job, o origin, names []string) *Job {
	j.ID = e.jobs.nextID()
	j.Owner, j.ScheduleID, j.PlanJobID = o.user, o.schedule, o.planJob
	j.Created = e.Now()
	j.Userdata = orEmptyObject(j.Userdata)
	first, queued := JobReady, NodeReady
	if e.Has(release.NewJobs) {
		first, queued = JobNew, NodeNew
	}
	j.counts = map[NodeState]int{queued: len(names)}
	j.Nodes = make([]*JobNode, len(names))
	for i, name := range names {
		transport := TransportPCP
		if n, ok := e.fleet.byName[name]; ok {
			transport = n.Transport
		}
		j.Nodes[i] = &JobNode{Name: name, State: queued, Transport: transport, Changed: j.Created}
	}
	e.jobs.add(j.ID, j)
	e.enter(j, first)
	if first == JobReady {
		e.queue(j)
		return j
	}
	j.pending = e.afterWork(timeNew, func() {
		e.enter(j, JobReady)
		e.moveQueued(j, NodeReady)
		e.queue(j)
	})
	return j
}

// queue queues the begin of the work of a job that is ready.
func (e *Engine) queue(j *Job) {
	j.pending = e.afterWork(timeReady, func() {
		j.pending = nil
		e.enter(j, JobRunning)
		e.fill(j)
	})
}

// enter moves a job to a state.
func (e *Engine) enter(j *Job, state JobState) {
	now := e.Now()
	if len(j.Phases) > 0 {
		j.Phases[len(j.Phases)-1].Exit = now
	}
	j.Phases = append(j.Phases, Phase{State: state, Enter: now})
	j.State, j.Changed = state, now
}

// move moves a node to a state.
func (e *Engine) move(j *Job, n *JobNode, state NodeState) {
	j.counts[n.State]--
	j.counts[state]++
	n.State, n.Changed = state, e.Now()
}

// moveQueued moves all nodes whose turn has not come.
func (e *Engine) moveQueued(j *Job, state NodeState) {
	for _, n := range j.Nodes[j.next:] {
		e.move(j, n, state)
	}
}

// prune queues the removal of a finished job's record.
func (e *Engine) prune(run func()) {
	e.line.After(e.config.PruneAfter, run)
}

// PruneJob removes a job's record as if it had expired, and reports whether there was one.
func (e *Engine) PruneJob(id int) bool { return e.jobs.remove(id) }

// activeFor reports whether a schedule has a job or plan job that is not over.
func (e *Engine) activeFor(s *Schedule) bool {
	return (s.job != nil && !s.job.Ended()) || (s.planJob != nil && !s.planJob.Ended())
}

// failures counts the nodes that did not succeed.
func (j *Job) failures() int {
	return j.counts[NodeFailed] + j.counts[NodeErrored]
}

// StoppedCounts returns the counts in the answer to stop: every state of the manual's table, in which nodes that are ready count as new.
func (j *Job) StoppedCounts() map[NodeState]int {
	counts := make(map[NodeState]int, 6)
	for _, state := range []NodeState{NodeNew, NodeRunning, NodeFailed, NodeErrored, NodeSkipped, NodeFinished} {
		counts[state] = j.counts[state]
	}
	counts[NodeNew] += j.counts[NodeReady]
	return counts
}

// EventsFrom returns the events with at least the given id.
func (j *Job) EventsFrom(id int) []*Event {
	at, _ := slices.BinarySearchFunc(j.Events, id, func(e *Event, id int) int { return e.ID - id })
	return j.Events[at:]
}

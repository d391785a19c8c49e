// SPDX-License-Identifier: MPL-2.0

package engine

import "time"

// history is how many days before its start the simulator reports usage for, as if PE had been idle then.
const history = 30

// dayLayout is how /usage writes a day.
const dayLayout = time.DateOnly

// usage counts events by UTC day.
type usage struct {
	first time.Time
	days  map[string]*activity
}

// activity is what happened on one day.
type activity struct {
	corrective, intentional int
	tasks, plans            map[string]struct{}
}

func newUsage(now time.Time) usage {
	return usage{first: now.UTC().AddDate(0, 0, -history), days: make(map[string]*activity)}
}

// count counts the end of work on a node.
func (u *usage) count(j *Job, n *JobNode) {
	if n.Started.IsZero() {
		return
	}
	day := n.Changed.UTC().Format(dayLayout)
	a, ok := u.days[day]
	if !ok {
		a = &activity{tasks: make(map[string]struct{}), plans: make(map[string]struct{})}
		u.days[day] = a
	}
	switch {
	case n.Report != nil:
		a.corrective += n.Report.Metrics.CorrectiveChange
		a.intentional += n.Report.Metrics.Changed
	case j.PlanJobID != 0:
		a.plans[n.Name] = struct{}{}
	case j.Type == TypeTask:
		a.tasks[n.Name] = struct{}{}
	}
}

// Usage is what /usage reports about a day.
type Usage struct {
	Date                           string
	WithAgent, WithoutAgent        int
	Corrective, Intentional        int
	AffectedByTask, AffectedByPlan int
}

// UsageBetween returns the days from one to another, inclusive, newest first. The days before the simulator's start had the nodes of today
// and nothing else.
func (e *Engine) UsageBetween(from, to time.Time) []Usage {
	var with, without int
	for _, name := range e.fleet.names {
		if e.fleet.byName[name].Transport == TransportPCP {
			with++
		} else {
			without++
		}
	}
	var days []Usage
	if now := e.Now(); to.After(now) {
		to = now
	}
	if from.Before(e.usage.first) {
		from = e.usage.first
	}
	earliest := from.UTC().Format(dayLayout)
	for day := to.UTC(); ; day = day.AddDate(0, 0, -1) {
		date := day.Format(dayLayout)
		if date < earliest {
			return days
		}
		u := Usage{Date: date, WithAgent: with, WithoutAgent: without}
		if a, ok := e.usage.days[date]; ok {
			u.Corrective, u.Intentional = a.corrective, a.intentional
			u.AffectedByTask, u.AffectedByPlan = len(a.tasks), len(a.plans)
		}
		days = append(days, u)
	}
}

// UsageSince returns the first day with known usage.
func (e *Engine) UsageSince() time.Time { return e.usage.first }

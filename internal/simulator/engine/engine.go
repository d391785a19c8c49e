// SPDX-License-Identifier: MPL-2.0

// Package engine is the world behind the simulated orchestrator: nodes and node groups, jobs that run on them, plan jobs, schedules and
// task-targets, all on one timeline.
//
// It knows nothing of HTTP. An [Engine] is not safe for concurrent use: its owner locks it, advances it to the present ([Engine.AdvanceTo])
// and then reads or changes it. Jobs have no goroutines or timers of their own.
package engine

import (
	"encoding/json"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/timeline"
)

// Config is the configuration of an engine.
type Config struct {
	Generation release.Generation
	// Variants says where the world differs from its generation.
	Variants release.Variants
	// Timeline is the clock of the world.
	Timeline  *timeline.Timeline
	Directory *access.Directory
	Codebase  *codebase.Codebase
	// TimeScale divides the durations of simulated work. It does not affect the clock.
	TimeScale float64
	// PruneAfter is how long the records of finished jobs are kept.
	PruneAfter time.Duration
	// CompileConcurrency is global_concurrent_compiles: the limit and the default of a deploy's concurrency.
	CompileConcurrency int
	// TaskConcurrency is task_concurrency: how many nodes may run tasks at a time, over all jobs.
	TaskConcurrency int
	// FinishedDespiteFailures makes jobs with failed nodes end finished instead of failed.
	FinishedDespiteFailures bool
	// KeepScheduleIDs keeps the ids of legacy schedules when an upgrade migrates them.
	KeepScheduleIDs bool
	// ShowsSensitiveOutput simulates a server that does not yet redact _sensitive (before 2019.8.6).
	ShowsSensitiveOutput bool
}

// Engine is the world. Make one with New.
type Engine struct {
	config    Config
	line      *timeline.Timeline
	directory *access.Directory
	codebase  *codebase.Codebase

	fleet       fleet
	groups      groups
	jobs        registry[*Job]
	planJobs    registry[*PlanJob]
	schedules   registry[*Schedule]
	taskTargets registry[*TaskTarget]
	taskSlots   slots
	usage       usage
	lastEvent   int
	// puppetDBDown is true while PuppetDB cannot be reached.
	puppetDBDown bool
}

// New returns a world without nodes and groups.
func New(config Config) *Engine {
	e := &Engine{
		config:    config,
		line:      config.Timeline,
		directory: config.Directory,
		codebase:  config.Codebase,
		fleet:     newFleet(),
		groups:    newGroups(),
		taskSlots: slots{free: config.TaskConcurrency},
	}
	e.usage = newUsage(e.line.Now())
	return e
}

// Now returns the time of the world.
func (e *Engine) Now() time.Time { return e.line.Now() }

// AdvanceTo moves the world to a time; everything that is due by then happens.
func (e *Engine) AdvanceTo(now time.Time) { e.line.AdvanceTo(now) }

// Generation returns the generation of the world.
func (e *Engine) Generation() release.Generation { return e.config.Generation }

// Has reports whether the world has a variant of the API.
func (e *Engine) Has(v release.Variant) bool { return e.config.Variants.Has(e.config.Generation, v) }

// Codebase returns the deployed code.
func (e *Engine) Codebase() *codebase.Codebase { return e.codebase }

// afterWork queues what happens after simulated work of some duration at time scale 1.
func (e *Engine) afterWork(duration time.Duration, run func()) *timeline.Event {
	return e.line.After(e.scaled(duration), run)
}

func (e *Engine) scaled(duration time.Duration) time.Duration {
	return time.Duration(float64(duration) / e.config.TimeScale)
}

// nextEvent returns the id of a new event. Event ids increase over all jobs and plan jobs.
func (e *Engine) nextEvent() int {
	e.lastEvent++
	return e.lastEvent
}

// UpcomingEvent returns the id of the next event.
func (e *Engine) UpcomingEvent() int { return e.lastEvent + 1 }

// spread varies a duration by up to a fifth, always in the same way for the same names.
func spread(duration time.Duration, names ...string) time.Duration {
	h := fnv.New32a()
	for _, name := range names {
		_, _ = h.Write([]byte(name)) // A hash accepts all bytes.
	}
	factor := 0.8 + 0.4*float64(h.Sum32()%1000)/1000
	return time.Duration(float64(duration) * factor)
}

// raw encodes a value that consists of JSON types.
func raw(value any) json.RawMessage {
	encoded, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return encoded
}

// orEmptyObject returns userdata, or {} if there is none.
func orEmptyObject(value json.RawMessage) json.RawMessage {
	if len(value) == 0 {
		return json.RawMessage("{}")
	}
	return value
}

// idText returns an id as the API writes it, nil if there is none.
func idText(id int) *string {
	if id == 0 {
		return nil
	}
	text := strconv.Itoa(id)
	return &text
}

// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
)

// Generation is a release of Puppet Enterprise that stands for all releases with the same API.
type Generation = release.Generation

// The generations that the simulator supports.
const (
	// PE2019 is PE 2019.8.10.
	PE2019 = release.PE2019
	// PE2021 is PE 2021.7.1.
	PE2021 = release.PE2021
	// PE2025 is PE 2025.
	PE2025 = release.PE2025
)

// Variant is a form of the API that some servers have and others do not.
type Variant = release.Variant

// Variants says which variants a server has, where it differs from its generation.
type Variants = release.Variants

// The variants.
const (
	ReportItems          = release.ReportItems
	ReportEvents         = release.ReportEvents
	RecordedJobs         = release.RecordedJobs
	PlanJobEnvironments  = release.PlanJobEnvironments
	NewJobs              = release.NewJobs
	PendingPlans         = release.PendingPlans
	PermittedTasks       = release.PermittedTasks
	ServiceStatus        = release.ServiceStatus
	UndocumentedRoutes   = release.UndocumentedRoutes
	QueryText            = release.QueryText
	ValidatorsNamespace  = release.ValidatorsNamespace
	ScheduleCommands     = release.ScheduleCommands
	UnknownTargets       = release.UnknownTargets
	NestedMerge          = release.NestedMerge
	UncountedJobs        = release.UncountedJobs
	UndatedPlanJobs      = release.UndatedPlanJobs
	MisnumberedSchedules = release.MisnumberedSchedules
	ParametersAsText     = release.ParametersAsText
	BarePlanJobs         = release.BarePlanJobs
	TargetsObject        = release.TargetsObject
)

// AllVariants returns all variants by name.
func AllVariants() []Variant { return release.AllVariants() }

// OppositeVariants returns the variants of a server that differs from its generation wherever that is possible.
func OppositeVariants(g Generation) Variants { return release.Opposite(g) }

// ParseVariant reads the name of a variant that a server has, or no- and the name of one that it does not have.
func ParseVariant(text string) (Variant, bool, error) { return release.ParseVariant(text) }

// ParseGeneration returns the generation with the given name: 2019.8, 2021.7 or 2025.
func ParseGeneration(s string) (Generation, error) { return release.Parse(s) }

// Options are the settings of a simulator. The zero value of each means its default.
type Options struct {
	// Generation is the PE to simulate; PE2025 by default.
	Generation Generation
	// Variants says where this PE differs from its generation.
	Variants Variants
	// Listen is the address of the orchestrator, RBACListen that of the RBAC service, PuppetDBListen that of PuppetDB, CodeManagerListen that
	// of Code Manager; 127.0.0.1:0 by default.
	Listen            string
	RBACListen        string
	PuppetDBListen    string
	CodeManagerListen string
	// Nodes is how many nodes are generated; 10 by default, none when it is negative.
	Nodes int
	// TimeScale divides the durations of simulated work: node runs, plan steps, changes of state. It does not affect the clock. 1 by default.
	TimeScale float64
	// ManualClock stops the clock except for Advance, so that a test does not depend on how fast it runs.
	ManualClock bool
	// ContentDir is a folder with tasks and plans, or their metadata, to deploy in production; empty for none. See
	// Environment.Load in package codebase.
	ContentDir string
	// StateFile keeps the world between two starts; empty keeps nothing. What tests change by methods is not kept, only what requests change.
	StateFile string
	// Latency is added to every answer.
	Latency time.Duration
	// RejectUserdata simulates a server before 2019.8.5: userdata is an unknown key, environment_plan_run an unknown path, and the output
	// that tasks mark as sensitive is shown.
	RejectUserdata bool
	// PruneAfter is how long the records of finished jobs and plan jobs are kept; 30 days by default.
	PruneAfter time.Duration
	// FinishedDespiteFailures makes jobs with failed nodes end finished, as one documented example shows. By default such a job ends failed.
	FinishedDespiteFailures bool
	// LegacySchedulesAPI is the server setting scheduled-jobs-v1-api: on servers with environment jobs, GET and DELETE
	// /scheduled_jobs exist but do nothing.
	LegacySchedulesAPI bool
	// UnnamedTaskTargets leaves display_name out of the answers about task-targets, as all published ones do.
	UnnamedTaskTargets bool
	// KeepScheduleIDs makes an upgrade keep the ids of the schedules that it migrates.
	KeepScheduleIDs bool
	// CompileConcurrency is global_concurrent_compiles, the limit and the default of a deploy's concurrency; 8 by default.
	CompileConcurrency int
	// TaskConcurrency is task_concurrency, the number of nodes that may run tasks at a time over all jobs; 250 by default.
	TaskConcurrency int
	// Logger receives the simulator's log; nil discards it.
	Logger *slog.Logger
}

// pruneAfter is the default of job_prune_threshold.
const pruneAfter = 30 * 24 * time.Hour

// withDefaults sets missing options to their defaults and checks the rest.
func (o Options) withDefaults() (Options, error) {
	setDefault(&o.Generation, PE2025)
	setDefault(&o.Listen, "127.0.0.1:0")
	setDefault(&o.RBACListen, "127.0.0.1:0")
	setDefault(&o.PuppetDBListen, "127.0.0.1:0")
	setDefault(&o.CodeManagerListen, "127.0.0.1:0")
	setDefault(&o.Nodes, 10)
	setDefault(&o.TimeScale, 1)
	setDefault(&o.PruneAfter, pruneAfter)
	setDefault(&o.CompileConcurrency, 8)
	setDefault(&o.TaskConcurrency, 250)
	setDefault(&o.Logger, slog.New(slog.DiscardHandler))
	if _, err := release.Parse(string(o.Generation)); err != nil {
		return o, err
	}
	for _, c := range []struct {
		name  string
		wrong bool
	}{
		{"TimeScale", !(o.TimeScale > 0)},
		{"Latency", o.Latency < 0},
		{"PruneAfter", o.PruneAfter < 0},
		{"CompileConcurrency", o.CompileConcurrency < 0},
		{"TaskConcurrency", o.TaskConcurrency < 0},
	} {
		if c.wrong {
			return o, fmt.Errorf("option %s must be positive", c.name)
		}
	}
	return o, nil
}

func setDefault[T comparable](option *T, value T) {
	var zero T
	if *option == zero {
		*option = value
	}
}

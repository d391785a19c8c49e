// SPDX-License-Identifier: MPL-2.0

package release

import (
	"fmt"
	"slices"
	"strings"
)

// Variant is a form of the API that some servers or documents have and others do not. Each generation has it or not, as recordings of
// servers of its time say or, where there are none, its documents; a simulator can be told otherwise.
type Variant string

// The variants.
const (
	// ReportItems: the report of a job is under items, without the times of nodes and with ids of events, as the manuals say. Every recorded
	// server (2016, 2019, 2020) has it under report, with the times.
	ReportItems Variant = "report-items"
	// ReportEvents: the report of a job lists the events of each node, as the clients of newer servers expect. In all recordings before 2021
	// the list is empty.
	ReportEvents Variant = "report-events"
	// RecordedJobs: jobs have created_timestamp instead of started_timestamp, their duration is a number, and pagination has no type, as
	// recorded in September 2021.
	RecordedJobs Variant = "recorded-jobs"
	// PlanJobEnvironments: jobs of plans name their environment, as recorded in September 2021. In the manuals the name is empty.
	PlanJobEnvironments Variant = "plan-job-environments"
	// NewJobs: jobs begin in the state new, as recorded in 2016. Those of 2019 and 2020 begin as ready.
	NewJobs Variant = "new-jobs"
	// PendingPlans: plan jobs begin in the state pending, which is documented since 2023.0.
	PendingPlans Variant = "pending-plans"
	// PermittedTasks: a list of tasks says which ones the caller may run, as recorded in 2019. It is not documented.
	PermittedTasks Variant = "permitted-tasks"
	// ServiceStatus: the status of orchestrator-service tells what the service depends on, as recorded in 2019. It is not documented.
	ServiceStatus Variant = "service-status"
	// UndocumentedRoutes: jobs/:id/catalog and tasks/:module/:task/permitted exist, which a server of 2019 listed. What they answer is not
	// known.
	UndocumentedRoutes Variant = "undocumented-routes"
	// QueryText: scope.query may be an AST as JSON text, as one client documents and PuppetDB itself takes it.
	QueryText Variant = "query-text"
	// ValidatorsNamespace: validation errors are in the namespace puppetlabs.validators, the only one that the vendor's Ruby client knows.
	ValidatorsNamespace Variant = "validators-namespace"
	// ScheduleCommands: /command/schedule_task, schedule_deploy and schedule_plan exist. They are deprecated since 2021.7.0 and no longer
	// among the endpoints of 2025; whether such a server still answers them is not documented.
	ScheduleCommands Variant = "schedule-commands"
	// UnknownTargets: an application that does not exist is an unknown-target, as recorded in 2016. The manuals of later releases have
	// empty-target.
	UnknownTargets Variant = "unknown-targets"
	// NestedMerge: a change of a node group merges values that are objects into those that are there, and removes what is null in them. The
	// manuals can be read so: they call it a deep merge, after which any keys that are null are removed.
	NestedMerge Variant = "nested-merge"
	// UncountedJobs: a single job has no node_states, which the manuals have in lists only. All recorded servers have it in both.
	UncountedJobs Variant = "uncounted-jobs"
	// UndatedPlanJobs: plan jobs in lists have no timestamp, as before 2019.8.8.
	UndatedPlanJobs Variant = "undated-plan-jobs"
	// MisnumberedSchedules: schedule_deploy answers with the number of a job, as its example can be read, and the name that schedule_task
	// and schedule_plan answer with is another number than that of the schedule, as in old examples.
	MisnumberedSchedules Variant = "misnumbered-schedules"
	// ParametersAsText: numbers and booleans that are parameters of classes are strings when a node group is read, as its table says. The
	// examples have numbers.
	ParametersAsText Variant = "parameters-as-text"
	// BarePlanJobs: plan jobs that were given no userdata have none, and no empty object as jobs have. The table of plan jobs says that the
	// key may be missing; in all examples it is there.
	BarePlanJobs Variant = "bare-plan-jobs"
	// TargetsObject: the targets of a scheduled task are one object and no list, as its table can be read. There is no example of them.
	TargetsObject Variant = "targets-object"
)

// AllVariants returns all variants by name.
func AllVariants() []Variant {
	return []Variant{
		BarePlanJobs, MisnumberedSchedules, NestedMerge, NewJobs, ParametersAsText, PendingPlans, PermittedTasks, PlanJobEnvironments,
		QueryText, RecordedJobs, ReportEvents, ReportItems, ScheduleCommands, ServiceStatus, TargetsObject, UncountedJobs, UndatedPlanJobs,
		UndocumentedRoutes, UnknownTargets, ValidatorsNamespace,
	}
}

// Has reports whether the servers of a generation have a variant.
func (g Generation) Has(v Variant) bool {
	switch v {
	case ReportEvents, PlanJobEnvironments:
		return g.AtLeast(PE2021)
	case RecordedJobs:
		return g == PE2021
	case PendingPlans:
		return g.AtLeast(PE2025)
	case PermittedTasks, UndocumentedRoutes:
		return !g.AtLeast(PE2021)
	case ScheduleCommands:
		return !g.AtLeast(PE2025)
	case ServiceStatus, QueryText, NestedMerge:
		return true
	case ReportItems, NewJobs, ValidatorsNamespace, UnknownTargets, UncountedJobs, UndatedPlanJobs, MisnumberedSchedules, ParametersAsText,
		BarePlanJobs, TargetsObject:
		return false
	default:
		return false
	}
}

// Variants says where a server differs from its generation.
type Variants map[Variant]bool

// Has reports whether a server of a generation has a variant.
func (vs Variants) Has(g Generation, v Variant) bool {
	if has, said := vs[v]; said {
		return has
	}
	return g.Has(v)
}

// Opposite returns the variants of a server that differs from its generation wherever that is possible, and tells as much: it has none of
// those with which less is known of jobs and node groups.
func Opposite(g Generation) Variants {
	vs := make(Variants)
	for _, v := range AllVariants() {
		switch v {
		case UncountedJobs, UndatedPlanJobs, ParametersAsText:
		default:
			vs[v] = !g.Has(v)
		}
	}
	return vs
}

// ParseVariant reads what the command line says of a variant: its name, or no- and its name.
func ParseVariant(text string) (Variant, bool, error) {
	name, without := strings.CutPrefix(text, "no-")
	if v := Variant(name); slices.Contains(AllVariants(), v) {
		return v, !without, nil
	}
	known := make([]string, 0, len(AllVariants()))
	for _, v := range AllVariants() {
		known = append(known, string(v))
	}
	return "", false, fmt.Errorf("unknown variant %q: known are %s, each also with no- before it", text, strings.Join(known, ", "))
}

// SPDX-License-Identifier: MPL-2.0

// Package scheduling schedules tasks, deploys and plans in Puppet Enterprise: it has its two scheduling APIs behind one interface, and
// calculates the times at which schedules run.
package scheduling

import (
	"context"
	"errors"
	"iter"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// ErrGone says that a schedule does not exist on the server.
var ErrGone = errors.New("there is no such schedule")

// UnreadableError says that a schedule was not created, because the user may not view schedules: its state could not be refreshed. It wraps
// the server's answer.
type UnreadableError struct{ refusal error }

func (e *UnreadableError) Error() string { return e.refusal.Error() }

// Unwrap returns the server's answer.
func (e *UnreadableError) Unwrap() error { return e.refusal }

// API is one of PE's two scheduling APIs: environment_jobs (PE 2021.7 and newer) or the schedule_* commands (older).
type API interface {
	// Version identifies the API.
	Version() Version
	// Capabilities are what the API stores and supports.
	Capabilities() Capabilities
	// URL is the address of a schedule.
	URL(id string) string
	// Create creates a schedule exactly once. See [launch.Launcher.Launch] for its errors; it is an [UnreadableError], and nothing is
	// created, when the server does not show schedules to the user.
	Create(ctx context.Context, r Request) (launch.Result, error)
	// Read reads a schedule. The error is [ErrGone], wrapped, when it does not exist.
	Read(ctx context.Context, id string) (Schedule, error)
	// List lists schedules, page by page.
	List(ctx context.Context, f Filter) iter.Seq2[Schedule, error]
	// Update changes a schedule. The error is [errors.ErrUnsupported], wrapped, where schedules cannot be changed in place.
	Update(ctx context.Context, id string, c Changes) error
	// Remove deletes a schedule, or does nothing if it is gone.
	Remove(ctx context.Context, id string) error
}

// Version identifies an API in the private state of a resource. The numbers are in existing states, so they never change.
type Version int

const (
	// EnvironmentJobs is /scheduled_jobs/environment_jobs, PE 2021.7.0 and newer.
	EnvironmentJobs Version = iota + 1
	// LegacyJobs is /command/schedule_* and /scheduled_jobs, in older releases.
	LegacyJobs
)

// Capabilities are what an API stores and supports.
type Capabilities struct {
	// Servers describes the servers that have the API.
	Servers string
	// Userdata is true when schedules carry userdata.
	Userdata bool
	// InPlace is true when a schedule can be changed. Otherwise it has to be replaced.
	InPlace bool
	// Unsupported are the properties that a schedule cannot have, by the type of the schedule.
	Unsupported map[string][]string
	// Orders are what lists can be sorted by, as the API's own words.
	Orders map[string]string
}

// Request is a schedule to be created.
type Request struct {
	// Type is one of [orchestrator.ScheduleTask], [orchestrator.ScheduleDeploy] and [orchestrator.SchedulePlan].
	Type        string
	Environment string
	// Description is nil if there is none.
	Description *string
	// Times are when it runs. The start is in the future.
	Times Times
	Input Input
	// Userdata has no request id. An API that keeps no userdata ignores it.
	Userdata map[string]any
	// Fingerprint identifies the schedule in the journal of launches. It holds no secrets.
	Fingerprint string
}

// Input is what a schedule runs. Which fields apply depends on its type.
type Input struct {
	// Name is the task or plan, "" for a deploy.
	Name string
	// Params are literal parameters, including secrets. Nil for a deploy.
	Params map[string]any
	// Queries are parameters of a plan whose values are the nodes of a PuppetDB query.
	Queries map[string]string
	// Scope is nil for a plan.
	Scope       *orchestrator.Scope
	Targets     []orchestrator.Target
	Concurrency *int64
	Transport   *string
	// EnforceEnvironment and the flags other than noop are for deploys.
	EnforceEnvironment *bool
	orchestrator.AgentFlags
}

// Changes are the parts of a schedule to change. A nil part stays as it is.
type Changes struct {
	// Input replaces all of the input, so it includes secrets.
	Input       *Input
	Environment *string
	Description *string
	// Userdata replaces all of the userdata, including the request id.
	Userdata map[string]any
	Times    *Times
}

// Empty reports whether there is nothing to change.
func (c Changes) Empty() bool {
	return c.Input == nil && c.Environment == nil && c.Description == nil && c.Userdata == nil && c.Times == nil
}

// Filter filters and orders a list of schedules. The zero value asks for all of them in the server's order.
type Filter struct {
	// Type is that of the schedules.
	Type string
	// OrderBy is one of the API's own words in [Capabilities.Orders]; Order is asc or desc.
	OrderBy, Order string
	// Range is the part of the list to read.
	Range orchestrator.Range
}

// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobstart"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/verdict"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// launching is what the models of all actions have that launch a job.
type launching struct {
	Userdata          types.Dynamic  `tfsdk:"userdata"`
	LaunchKey         types.String   `tfsdk:"launch_key"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	OnInterrupt       types.String   `tfsdk:"on_interrupt"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

func (l *launching) options() *launching { return l }

// waits reports whether the end of the job is awaited, as is the default.
func (l *launching) waits() bool {
	return l.WaitForCompletion.IsNull() || l.WaitForCompletion.ValueBool()
}

// stops reports whether the job is stopped when the wait for it is interrupted, and whether by force.
func (l *launching) stops() (stops, force bool) {
	force = l.OnInterrupt.ValueString() == jobschema.ForceStop
	return force || l.OnInterrupt.ValueString() == jobschema.Stop, force
}

// forcedBy is the argument that has the job stopped by force when the wait for it is interrupted, "" if it is not.
func (l *launching) forcedBy() string {
	if _, force := l.stops(); force {
		return "on_interrupt"
	}
	return ""
}

// launchRecord is the model M of an action that launches a job.
type launchRecord[M, R any] interface {
	*M
	record[R]
}

// record is what the shared lifecycle needs of the model of an action. R is what the server says of its jobs.
type record[R any] interface {
	options() *launching
	// complete fills in the defaults.
	complete()
	// start returns what starts the job.
	start() jobstart.Start[R]
	// inputs are the arguments that make one run differ from another, for a launch key.
	inputs() []string
	// values replaces the values of inputs by those that a launch key compares.
	values(configured map[string]tftypes.Value)

	// validate refuses a configuration that cannot succeed. Any of it may be unknown.
	validate(ctx context.Context, diags *diag.Diagnostics)
	// check refuses, while planning, what is no reference. Any of it may be unknown.
	check(ctx context.Context, diags *diag.Diagnostics)

	// where says on which nodes it runs, and how many there may be; nil for a plan, which says itself where.
	where(ctx context.Context) (scopepreview.Where, *scopepreview.Limit)
	// took is how many nodes a job took, 0 for a plan.
	took(now R) int64

	// takesEmpty reports whether it is fine that a launch was refused because no node is in its scope.
	takesEmpty(refused error) bool
	// concern says what is wrong with a job already while it runs, "" if nothing is.
	concern(now R) string
	// fails reports whether a job that has ended is no success, as far as the job itself tells.
	fails(now R) bool
	// judge judges a job that has ended, with what it has left. The error says why something could not be read; the verdict stands all the
	// same.
	judge(ctx context.Context, c *pe.Clients, now R, url string) (verdict.Verdict, error)
	// reasons reads more about why a job has failed than its verdict says, without secrets: "" where there is no more.
	reasons(ctx context.Context, c *pe.Clients, now R) string
}

// withDefault fills in the default of the environment.
func withDefault(environment types.String) types.String {
	if environment.IsNull() {
		return types.StringValue(workload.DefaultEnvironment)
	}
	return environment
}

// environmentValue fills in the default of the environment among the values of a configuration.
func environmentValue(configured map[string]tftypes.Value) {
	if configured["environment"].IsNull() {
		configured["environment"] = tftypes.NewValue(tftypes.String, workload.DefaultEnvironment)
	}
}

// refuseNulls refuses secrets that are null: somebody has left out a value, or Terraform has. With -invoke, and before and after a destroy,
// Terraform 1.16 makes ephemeral values null (1.16.0-rc2).
func refuseNulls(secrets types.Dynamic, diags *diag.Diagnostics) {
	workload.RefuseNullSecrets(secrets, true, "If it has an ephemeral value and the action is invoked with -invoke: Terraform 1.16 drops "+
		"ephemeral values there. Let an `action_trigger` of a resource invoke the action, or use another version of Terraform.", diags)
}

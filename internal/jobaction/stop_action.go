// SPDX-License-Identifier: MPL-2.0

package jobaction

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/actionschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobfamily"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launchreport"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// stopAction stops a job. R is what the server says of such a job at one moment.
type stopAction[R any] struct {
	pe.Action

	name   string
	family jobfamily.Family[R]
	// text describes the action, and force its argument of that name.
	text, force string
}

var (
	_ action.Action              = (*stopAction[orchestrator.Job])(nil)
	_ action.ActionWithConfigure = (*stopAction[orchestrator.Job])(nil)
)

func newStopJobAction() action.Action {
	return &stopAction[orchestrator.Job]{
		name: pe.TypeName + "_stop_job", family: jobfamily.NodeJobs{},
		text: "Stops a job: a deploy or a task. The nodes that have begun finish their runs, and no more are started. A job that has already " +
			"ended is left as it is, which is no error. The user needs the permission `orchestrator` / `view`. Needs Terraform 1.14 or newer; " +
			"OpenTofu has no actions.",
		force: "Whether to end the runs on the nodes that have begun, too, which may leave these half done. PE 2021.7 and newer: an older " +
			"server is asked to stop without force, with a warning. The default is `false`.",
	}
}

func newStopPlanAction() action.Action {
	return &stopAction[orchestrator.PlanJob]{
		name: pe.TypeName + "_stop_plan", family: jobfamily.PlanJobs{},
		text: "Stops a plan run, from PE 2021.7.1 on. The plan is interrupted; jobs that it has started go on, unless `force` is set. A plan " +
			"that has already ended is left as it is, which is no error. The user needs the permission `orchestrator` / `view`. Needs " +
			"Terraform 1.14 or newer; OpenTofu has no actions.",
		force: "Whether to end by force, too, the jobs that the plan has started, which may leave nodes half done. The default is `false`.",
	}
}

// stopModel is the model of actions that stop something.
type stopModel struct {
	ID                types.String   `tfsdk:"id"`
	Force             types.Bool     `tfsdk:"force"`
	WaitForCompletion types.Bool     `tfsdk:"wait_for_completion"`
	Timeouts          timeouts.Value `tfsdk:"timeouts"`
}

// waits reports whether the end is awaited, as is the default.
func (m stopModel) waits() bool {
	return m.WaitForCompletion.IsNull() || m.WaitForCompletion.ValueBool()
}

// Metadata implements [action.Action].
func (a *stopAction[R]) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = a.name
}

// Schema implements [action.Action].
func (a *stopAction[R]) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: a.text,
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: fmt.Sprintf("Number of the %s.", a.family.Noun()),
			},
			"force": schema.BoolAttribute{Optional: true, MarkdownDescription: a.force},
			"wait_for_completion": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("Whether to wait until the %s has ended. However it ends, that is no error. The default is "+
					"`true`.", a.family.Noun()),
			},
		},
		Blocks: actionschema.Timeouts(ctx, fmt.Sprintf("How long to wait for the %s to end, such as `90m`. The default is `20m`.",
			a.family.Noun())),
	}
}

// ModifyPlan implements [action.ActionWithModifyPlan]. See [validate.WhilePlanning].
func (a *stopAction[R]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config stopModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	checkID(ctx, config.ID, &resp.Diagnostics)
}

// Invoke implements [action.Action].
func (a *stopAction[R]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config stopModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	limit, diags := config.Timeouts.Invoke(ctx, jobschema.DefaultStopTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !checkID(ctx, config.ID, &resp.Diagnostics) {
		return
	}
	s := stopping[R]{a, config.ID.ValueString(), &progress{send: resp.SendProgress}, &resp.Diagnostics}
	if !a.Ready(s.notStopped(), &resp.Diagnostics) {
		return
	}
	s.tell.safe = a.Redactor.Line
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if s.stop(ctx, config.Force.ValueBool()) && config.waits() {
		s.await(ctx, limit)
	}
	s.tell.warnings(ctx, resp.Diagnostics)
}

// stopping is one invocation of an action that stops a job.
type stopping[R any] struct {
	*stopAction[R]

	id    string
	tell  *progress
	diags *diag.Diagnostics
}

// it names the job.
func (s stopping[R]) it() string { return fmt.Sprintf("%s %s", s.family.Noun(), s.id) }

func (s stopping[R]) notStopped() string { return prose.UpperFirst(s.it()) + " was not stopped" }

// stop asks for the end of the job, and reports whether there is one to wait for. The job is read first: what there is not cannot be
// stopped, and a server may answer anything to that.
func (s stopping[R]) stop(ctx context.Context, force bool) bool {
	now, err := s.family.Read(ctx, s.Clients, s.id)
	if err == nil && s.family.Ended(now) {
		s.ended(ctx, now)
		if force {
			s.stopRest(ctx)
		}
		return false
	}
	if err == nil {
		s.tell.change(ctx, s.it()+": "+s.family.Progress(now))
		if err = s.family.Stop(ctx, s.Clients, s.id, force, s.diags); err == nil {
			s.tell.line(ctx, fmt.Sprintf("%s was asked to stop: %s", s.it(), s.url()))
			return true
		}
	}
	note := ""
	if errors.Is(err, orchestrator.ErrNoStopPlan) {
		note = "Stopping plans came with PE 2021.7.1. This server is older: wait for the end of the plan, or stop the jobs that it has " +
			"started with `pe_stop_job`."
	}
	summary := s.notStopped()
	const twice = "Invoke it again: what is asked to stop twice stops once. "
	switch {
	case errors.As(err, new(*jobfamily.RestError)):
		summary, note = prose.UpperFirst(s.it())+" was interrupted, and not all of its jobs were stopped", twice+s.invokeAgain()
	case httpapi.MayBeDone(err):
		summary, note = "It is not known whether "+s.it()+" was asked to stop", twice+s.invokeAgain()
	}
	s.Report(s.diags, pe.Failure{
		Summary: summary, Err: err, Note: note,
		Advice: map[string]string{
			orchestrator.KindUnknownJob: fmt.Sprintf("There is no such %s, or no longer: the server deletes their records after 30 days by "+
				"default. `id` is its number, which the console shows.", s.family.Noun()),
			orchestrator.KindNotPermitted: launchreport.Lacking(launchreport.View, s.TokenOrigin),
		},
	})
	return false
}

// stopRest stops what a job that has ended has left behind, as where an earlier invocation could not stop all of it.
func (s stopping[R]) stopRest(ctx context.Context) {
	stopped, err := s.family.StopRest(ctx, s.Clients, s.id, s.diags)
	if len(stopped) > 0 {
		s.tell.line(ctx, fmt.Sprintf("jobs of %s were asked to stop: %s", s.it(), prose.List(stopped)))
	}
	if err != nil {
		s.Report(s.diags, pe.Failure{Summary: "Jobs of " + s.it() + " were not stopped", Err: err, Note: s.invokeAgain()})
	}
}

// ended tells of a job that has already ended.
func (s stopping[R]) ended(ctx context.Context, now R) {
	s.tell.line(ctx, fmt.Sprintf("%s had already ended: %s", s.it(), s.family.Progress(now)))
}

func (s stopping[R]) url() string { return s.Orchestrator.URL(s.family.Collection(), s.id) }

// await waits until the job has ended.
func (s stopping[R]) await(ctx context.Context, limit time.Duration) {
	last, seen, err := s.family.Wait(ctx, s.Clients, s.id, func(now R) { s.tell.change(ctx, s.it()+": "+s.family.Progress(now)) })
	how := ""
	if seen {
		how = " (" + s.family.Progress(last) + ")"
	}
	switch {
	case err == nil, errors.Is(err, jobwatch.ErrGone), orchestrator.IsUnknownJob(err):
	case errors.Is(err, context.Canceled):
		s.diags.AddError(fmt.Sprintf("%s was asked to stop, and may still run", prose.UpperFirst(s.it())),
			prose.Paragraphs(fmt.Sprintf("Terraform was interrupted while it waited for the end%s: %s", how, s.url()), s.invokeAgain()))
	case errors.Is(err, context.DeadlineExceeded):
		s.diags.AddError(fmt.Sprintf("%s is still stopping after %s", prose.UpperFirst(s.it()), duration.Text(limit)),
			prose.Paragraphs(fmt.Sprintf("It was asked to stop, and what has begun has not ended in time%s: %s", how, s.url()),
				"Give it longer with `timeouts { invoke = … }`, or set `force = true`. "+s.invokeAgain()))
	default:
		s.Report(s.diags, pe.Failure{
			Summary: fmt.Sprintf("It is not known whether %s has stopped", s.it()), Err: err, Note: s.invokeAgain(),
		})
	}
}

// invokeAgain says how to go on waiting.
func (s stopping[R]) invokeAgain() string { return "To keep waiting: " + invokeCommand(s.name) }

// checkID refuses what is no number of a job. It reports whether that is right.
func checkID(ctx context.Context, id types.String, diags *diag.Diagnostics) bool {
	return validate.Reference(ctx, path.Root("id"), id, validate.JobID(), diags)
}

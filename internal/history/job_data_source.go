// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// Values of wait_until.
const (
	untilEnded    = "ended"
	untilFinished = "finished"
)

const defaultReadTimeout = 60 * time.Minute

var (
	_ datasource.DataSource              = (*jobDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*jobDataSource)(nil)
)

type jobDataSource struct{ pe.DataSource }

func newJobDataSource() datasource.DataSource { return &jobDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *jobDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_job"
}

// Schema implements [datasource.DataSource].
func (d *jobDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := jobReadAttributes()
	attributes["id"] = jobIDAttribute()
	attributes["wait_until"] = waitUntilAttribute("`finished` waits until the job has ended and is an error when it has failed or was " +
		"stopped, or when a node has not succeeded; `ended` waits until it has ended, however it did.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "A job: a deploy, a task, or a job that a plan has started. It can wait for the job's end, so that one " +
			"configuration can follow the job of another.",
		Attributes: attributes,
		Blocks:     readTimeouts(ctx),
	}
}

// jobReadAttributes are the attributes of a single job.
func jobReadAttributes() map[string]schema.Attribute {
	attributes := jobSummaryAttributes()
	attributes["params"] = schema.DynamicAttribute{
		Computed:            true,
		MarkdownDescription: "Parameters of the task as an object, without the sensitive ones. Null when there are none.",
	}
	attributes["scope"] = schema.DynamicAttribute{
		Computed:            true,
		MarkdownDescription: "Where the job ran, as an object with the one attribute that was given. Null when the server does not say.",
	}
	attributes["options"] = schema.DynamicAttribute{
		Computed: true,
		MarkdownDescription: "Everything that the server reports about how the job was started, as an object with the names of the API, such " +
			"as `concurrency` or `enforce_environment` of a deploy. Which attributes there are depends on the type of the job and the version " +
			"of PE.",
	}
	return attributes
}

func waitUntilAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: text + " Without it, the data source does not wait. How long it waits is set with `timeouts`.",
		Validators:          []validator.String{validate.OneOf(untilFinished, untilEnded)},
	}
}

// readTimeouts is the timeouts block of data sources that wait.
func readTimeouts(ctx context.Context) map[string]schema.Block {
	block := timeouts.BlockWithOpts(ctx, timeouts.Opts{ReadDescription: "How long to wait for `wait_until`, such as `90m`. The default is " +
		"`60m`."})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		for name, attribute := range nested.Attributes {
			// The library's own check does not know what a person would write instead.
			if text, ok := attribute.(schema.StringAttribute); ok {
				text.Validators = []validator.String{validate.PositiveDuration()}
				nested.Attributes[name] = text
			}
		}
		nested.MarkdownDescription = "How long to wait."
		block = nested
	}
	return map[string]schema.Block{"timeouts": block}
}

type jobDataModel struct {
	jobReadModel
	WaitUntil types.String   `tfsdk:"wait_until"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// Read implements [datasource.DataSource].
func (d *jobDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model jobDataModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() ||
		!validate.Reference(ctx, path.Root("id"), model.ID, validate.JobID(), &resp.Diagnostics) {
		return
	}
	id := model.ID.ValueString()
	if !d.Ready("Job "+id+" was not read", &resp.Diagnostics) {
		return
	}
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	watched := watchedJob[orchestrator.Job]{noun: "job", read: d.Orchestrator.Job, wait: d.wait, progress: outcome.Progress}
	now, ok := watched.look(ctx, d.Clients, id, model.WaitUntil.ValueString(), limit, &resp.Diagnostics)
	if !ok {
		return
	}
	if model.WaitUntil.ValueString() == untilFinished && !d.finished(now, &resp.Diagnostics) {
		return
	}
	model.jobReadModel = newJobReadModel(ctx, d.Clients, now, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// wait waits for the end of a job. Where many are waited for, a list has told of it, which does not say all that a single job does.
func (d *jobDataSource) wait(ctx context.Context, id string, changed func(orchestrator.Job)) (orchestrator.Job, bool, error) {
	last, known, err := d.Jobs.Wait(ctx, id, changed)
	if err != nil || last.Status != nil {
		return last, known, err
	}
	single, err := d.Orchestrator.Job(ctx, id)
	if err != nil {
		return last, known, err
	}
	return single, true, nil
}

// finished reports a job that has ended and is no success. The nodes decide, not the state, as with the resources.
func (d *jobDataSource) finished(job orchestrator.Job, diags *diag.Diagnostics) bool {
	verdict := outcome.Judge(outcome.Job{State: job.State, NodeCount: job.NodeCount, NodeStates: job.NodeStates}, outcome.Allowed{})
	if job.State == orchestrator.JobFinished && verdict.OK {
		return true
	}
	summary := fmt.Sprintf("Job %s did not finish: it is %s", job.ID, visible.Line(string(job.State), visible.LongestName))
	if job.State == orchestrator.JobFinished {
		summary = fmt.Sprintf("Job %s has not succeeded on every node", job.ID)
	}
	diags.AddError(summary, fmt.Sprintf("`wait_until` is \"finished\", and the job ended otherwise: %s.\n%s\n\nUse `wait_until = \"ended\"` "+
		"to look at jobs that have failed or were stopped.", outcome.Progress(job), d.Orchestrator.URL("jobs", job.ID)))
	return false
}

// watchedJob says how data sources read jobs or plan jobs.
type watchedJob[T any] struct {
	// noun is the word for one of them.
	noun string
	read func(ctx context.Context, id string) (T, error)
	// wait waits until one has ended. See [jobwatch.Watcher.Wait].
	wait func(ctx context.Context, id string, changed func(T)) (last T, known bool, err error)
	// progress describes how far one is.
	progress func(T) string
}

// look reads a job or plan job, and waits for its end if that is configured.
func (w watchedJob[T]) look(
	ctx context.Context,
	c *pe.Clients,
	id, until string,
	limit time.Duration,
	diags *diag.Diagnostics,
) (now T, ok bool) {
	title := prose.UpperFirst(w.noun) + " " + id
	what := title + " was not read"
	gone := map[string]string{
		orchestrator.KindUnknownJob: fmt.Sprintf("There is no such %s, or its record is gone: the server deletes the records of jobs after "+
			"30 days by default.", w.noun),
	}
	if until == "" {
		now, err := w.read(ctx, id)
		if err != nil {
			c.Report(diags, pe.Failure{Summary: what, Err: err, Advice: gone, Attributes: idFault})
		}
		return now, err == nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	now, seen, err := w.wait(ctx, id, nil)
	switch {
	case err == nil:
	case errors.Is(err, context.DeadlineExceeded) && seen:
		diags.AddError(fmt.Sprintf("%s had not ended after %s", title, duration.Text(limit)),
			fmt.Sprintf("It keeps running: %s. Raise `timeouts { read = … }` if it needs longer.", w.progress(now)))
	case errors.Is(err, context.DeadlineExceeded):
		c.Report(diags, pe.Failure{Summary: what, Err: err, Note: fmt.Sprintf("The wait lasted %s. Raise `timeouts { read = … }` if "+
			"the server needs longer to answer.", duration.Text(limit))})
	case errors.Is(err, context.Canceled):
		diags.AddError(fmt.Sprintf("The wait for %s %s was interrupted", w.noun, id), w.afterInterrupt(c, now, seen, err))
	case errors.Is(err, jobwatch.ErrGone):
		c.Report(diags, pe.Failure{Summary: fmt.Sprintf("It is not known how the %s %s ended", w.noun, id), Err: err, Advice: gone})
	default:
		c.Report(diags, pe.Failure{Summary: what, Err: err, Advice: gone, Attributes: idFault})
	}
	return now, err == nil
}

// afterInterrupt says what is known of a job when the wait for it was interrupted.
func (w watchedJob[T]) afterInterrupt(c *pe.Clients, last T, seen bool, err error) string {
	if !seen {
		return c.Explain(err) + " Nothing was read of the " + w.noun + " until then."
	}
	return fmt.Sprintf("Terraform was interrupted while it waited for the end of the %s, which goes on: %s.", w.noun, w.progress(last))
}

// idFault binds the error about a missing record to the id.
var idFault = map[string]path.Path{
	orchestrator.KindUnknownJob:      path.Root("id"),
	orchestrator.KindValidationError: path.Root("id"),
}

// newJobReadModel turns a job into a model.
func newJobReadModel(ctx context.Context, c *pe.Clients, job orchestrator.Job, diags *diag.Diagnostics) jobReadModel {
	return jobReadModel{
		jobSummaryModel: newJobSummary(ctx, c, job, diags),
		Params:          workload.ParamsValue(job.Options.Params(), diags),
		Scope:           ScopeValue(job.Options.Scope(), diags),
		Options:         tfvalue.FromGo(job.Options.WithoutCredentials(), "The options of the job cannot be read", diags),
	}
}

// ScopeValue returns a scope as the server reports it, with only the keys that are set.
func ScopeValue(scope *orchestrator.Scope, diags *diag.Diagnostics) types.Dynamic {
	if scope == nil {
		return types.DynamicNull()
	}
	return tfvalue.FromGo(scope, "The scope of the job cannot be read", diags)
}

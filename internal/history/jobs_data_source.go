// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ datasource.DataSourceWithConfigure      = (*jobsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*jobsDataSource)(nil)
)

type jobsDataSource struct{ pe.DataSource }

func newJobsDataSource() datasource.DataSource { return &jobsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *jobsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_jobs"
}

// Schema implements [datasource.DataSource].
func (d *jobsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	total := listing.TotalAttribute("jobs")
	total.MarkdownDescription += " `states` is not a filter of the server, so that jobs in every state are counted, and it may be null " +
		"where `limit` ends the list early."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Jobs: deploys, tasks, and the jobs that plans have started. The server deletes the records of jobs 30 days " +
			"after their end by default.",
		Attributes: map[string]schema.Attribute{
			"type": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only jobs of this type: `deploy`, `task` or `plan_task`. The default is every type.",
				Validators: []validator.String{
					validate.OneOf(orchestrator.JobTypeDeploy, orchestrator.JobTypeTask, orchestrator.JobTypePlanTask),
				},
			},
			"task": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Only jobs of tasks whose name contains this text. Not together with the type `deploy`; servers before PE " +
					"2021.7 want `type` as well. The default is every task.",
				Validators: []validator.String{validate.NotBlank()},
			},
			"states":               listing.StatesAttribute("jobs", "new", "ready", "running", "stopping", "stopped", "finished", "failed"),
			"min_finish_timestamp": listing.FinishedAttribute("Only jobs that ended then or later"),
			"max_finish_timestamp": listing.FinishedAttribute("Only jobs that ended then or earlier"),
			"order_by": listing.OrderByAttribute("`owner` is the login. The default is the "+
				"server's.", "owner", "timestamp", "environment", "name", "state"),
			"order":  listing.OrderAttribute("The default is `asc`."),
			"limit":  listing.LimitAttribute("jobs"),
			"offset": listing.OffsetAttribute("jobs"),
			"total":  total,
			"jobs": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The jobs, in the order of the server.",
				NestedObject:        schema.NestedAttributeObject{Attributes: jobSummaryAttributes()},
			},
			"options": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "How the jobs were started, by their numbers: objects with the names of the API, such as `params` and " +
					"`scope`. Which attributes there are depends on the type of the job and the version of PE. Sensitive parameters are left out.",
			},
		},
	}
}

type jobsModel struct {
	Type   types.String `tfsdk:"type"`
	Task   types.String `tfsdk:"task"`
	States types.Set    `tfsdk:"states"`
	listing.FinishedModel
	listing.OrderModel
	listing.CountedModel
	Jobs    []jobSummaryModel `tfsdk:"jobs"`
	Options types.Dynamic     `tfsdk:"options"`
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *jobsDataSource) ValidateConfig(
	ctx context.Context,
	req datasource.ValidateConfigRequest,
	resp *datasource.ValidateConfigResponse,
) {
	var model jobsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	model.Validate(&resp.Diagnostics)
	if model.Type.ValueString() == orchestrator.JobTypeDeploy && !model.Task.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("task"), "Deploys have no task",
			"`task` cannot be combined with `type = \"deploy\"`. Remove one of them, or use the type task or plan_task.")
	}
}

// Read implements [datasource.DataSource].
func (d *jobsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model jobsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("Jobs were not read", &resp.Diagnostics) {
		return
	}
	model.Jobs = []jobSummaryModel{}
	options := tfvalue.Keyed{}
	for job, err := range model.selected(d.Orchestrator.Jobs(ctx, model.filter())) {
		if err != nil {
			d.Report(&resp.Diagnostics, model.failure(err))
			return
		}
		if missed, ok := model.ignored(job); ok {
			missed.Report("Jobs were not read", &resp.Diagnostics)
			return
		}
		model.Jobs = append(model.Jobs, newJobSummary(ctx, d.Clients, job, &resp.Diagnostics))
		options.Add(job.ID, job.Options.WithoutCredentials(), "The options of job "+job.ID+" cannot be read", &resp.Diagnostics)
	}
	model.Options = options.Value("Options of jobs", narrowList, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *jobsModel) filter() orchestrator.JobFilter {
	from, to := m.Query()
	filter := orchestrator.JobFilter{
		Type: m.Type.ValueString(), Task: m.Task.ValueString(), OrderBy: m.OrderBy.ValueString(), Order: m.Order.ValueString(),
		MinFinishTimestamp: from, MaxFinishTimestamp: to, Range: m.Part(),
	}
	if !m.States.IsNull() {
		// The server cannot select states, so that the part of the list is taken here.
		filter.Range = orchestrator.Range{Total: filter.Range.Total}
	}
	return filter
}

// selected are the jobs in the states that were asked for.
func (m *jobsModel) selected(jobs iter.Seq2[orchestrator.Job, error]) iter.Seq2[orchestrator.Job, error] {
	if m.States.IsNull() {
		return jobs
	}
	inState := func(job orchestrator.Job) bool { return listing.Selected(m.States, string(job.State)) }
	return listing.Within(listing.Where(jobs, inState), m.RangeModel.Part())
}

// ignored finds the filter that should have excluded a job.
func (m *jobsModel) ignored(job orchestrator.Job) (listing.Ignored, bool) {
	answered := fmt.Sprintf("job %s of the type %s", job.ID, job.Type)
	if listing.FilteredOut(m.Type, job.Type) {
		return listing.Ignored{Attribute: "type", Since: "2019.8", Answered: answered}, true
	}
	if task := job.Options.Task(); !strings.Contains(task, m.Task.ValueString()) {
		return listing.Ignored{Attribute: "task", Since: "2019.8", Answered: fmt.Sprintf("job %s of the task %q", job.ID, task)}, true
	}
	if attribute := m.MissedBy(job.FinishedTimestamp); attribute != "" {
		return listing.Ignored{
			Attribute: attribute,
			Since:     listing.FinishedSince,
			Answered:  fmt.Sprintf("job %s, which %s", job.ID, ending(job.FinishedTimestamp)),
		}, true
	}
	return listing.Ignored{}, false
}

// ending describes when something ended.
func ending(finished string) string {
	if finished == "" {
		return "has no time of its end"
	}
	return "ended at " + finished
}

// failure describes an error of the list.
func (m *jobsModel) failure(err error) pe.Failure {
	f := pe.Failure{Summary: "Jobs were not read", Err: err}
	if !m.Task.IsNull() && m.Type.IsNull() {
		f.Attributes = map[string]path.Path{orchestrator.KindValidationError: path.Root("task")}
		f.Advice = map[string]string{orchestrator.KindValidationError: "A server before PE 2021.7 filters by `task` only together with `type " +
			"= \"task\"` or `type = \"plan_task\"`."}
	}
	return f
}

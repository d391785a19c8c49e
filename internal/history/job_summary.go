// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// jobReadModel is the model of a single job.
type jobReadModel struct {
	jobSummaryModel
	Params  types.Dynamic `tfsdk:"params"`
	Scope   types.Dynamic `tfsdk:"scope"`
	Options types.Dynamic `tfsdk:"options"`
}

// jobSummaryModel is what the list of jobs and a single job have in common. It has no dynamic attributes, so that it can be part of a list.
type jobSummaryModel struct {
	ID              types.String         `tfsdk:"id"`
	Type            types.String         `tfsdk:"type"`
	State           types.String         `tfsdk:"state"`
	Description     types.String         `tfsdk:"description"`
	Environment     types.String         `tfsdk:"environment"`
	Task            types.String         `tfsdk:"task"`
	Noop            types.Bool           `tfsdk:"noop"`
	SensitiveParams types.List           `tfsdk:"sensitive_params"`
	Project         *projectModel        `tfsdk:"project"`
	PlanJobID       types.String         `tfsdk:"plan_job_id"`
	ScheduledJobID  types.String         `tfsdk:"scheduled_job_id"`
	Owner           types.String         `tfsdk:"owner"`
	OwnerSubject    *jobvalue.OwnerModel `tfsdk:"owner_subject"`
	NodeCount       types.Int64          `tfsdk:"node_count"`
	NodeStates      types.Map            `tfsdk:"node_states"`
	ChangedAt       types.String         `tfsdk:"changed_at"`
	StartedAt       types.String         `tfsdk:"started_at"`
	FinishedAt      types.String         `tfsdk:"finished_at"`
	DurationSeconds types.Float64        `tfsdk:"duration_seconds"`
	Userdata        types.Map            `tfsdk:"userdata"`
	URL             types.String         `tfsdk:"url"`
	NodesURL        types.String         `tfsdk:"nodes_url"`
	EventsURL       types.String         `tfsdk:"events_url"`
	ReportURL       types.String         `tfsdk:"report_url"`
	States          []stateModel         `tfsdk:"states"`
}

// jobSummaryAttributes are the attributes of a job, in a list or alone.
func jobSummaryAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the job."},
		"type": schema.StringAttribute{Computed: true, MarkdownDescription: "`deploy`, `task`, or one of the `plan_` types of jobs that a " +
			"plan has started."},
		"state": schema.StringAttribute{Computed: true, MarkdownDescription: "`new`, `ready`, `running`, `stopping`, `stopped`, `finished` " +
			"or `failed`."},
		"description": schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the job."},
		"environment": schema.StringAttribute{Computed: true, MarkdownDescription: "Environment of the job. Empty for jobs that a plan has " +
			"started."},
		"task":             schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the task, null for a deploy."},
		"noop":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether changes were only simulated."},
		"sensitive_params": jobvalue.SensitiveParamsAttribute(),
		"project":          projectAttribute(),
		"plan_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job that started the job, null if " +
			"none did."},
		"scheduled_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the schedule that started the job, null " +
			"if none did."},
		"node_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many nodes the job took."},
		"node_states": schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "How many nodes are in which " +
			"state. States without nodes are left out."},
		"changed_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the job's state last changed, RFC 3339 in UTC."},
		"started_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the job was started, RFC 3339 in UTC. Null before PE " +
			"2019.8.5."},
		"finished_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the job ended, RFC 3339 in UTC. Null while it runs, " +
			"and before PE 2019.8.5."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the job took or, while it runs, has taken " +
			"so far, in seconds. Null before PE 2019.8.5."},
		"userdata": schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Keys and values that are kept " +
			"with the job."},
		"url":        schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job in the orchestrator API."},
		"nodes_url":  schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's nodes in the orchestrator API."},
		"events_url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's events in the orchestrator API."},
		"report_url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's report in the orchestrator API."},
		"states": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The states that the job has been in, in their order. Null when the server does not say, as most do in lists.",
			NestedObject:        schema.NestedAttributeObject{Attributes: stateAttributes()},
		},
	}
	maps.Copy(attributes, jobvalue.OwnerAttributes("who started the job"))
	return attributes
}

// newJobSummary turns a job into a model.
func newJobSummary(ctx context.Context, c *pe.Clients, job orchestrator.Job, diags *diag.Diagnostics) jobSummaryModel {
	return jobSummaryModel{
		ID:              types.StringValue(job.ID),
		Type:            types.StringValue(job.Type),
		State:           types.StringValue(string(job.State)),
		Description:     types.StringValue(job.Description),
		Environment:     types.StringValue(job.Environment),
		Task:            tfvalue.StringOrNull(job.Options.Task()),
		Noop:            types.BoolPointerValue(job.Options.Noop()),
		SensitiveParams: tfvalue.StringsOrNull(job.Options.Sensitive()),
		Project:         newProject(job.Options.Project()),
		PlanJobID:       tfvalue.StringOrNull(job.Options.PlanJob()),
		ScheduledJobID:  tfvalue.StringOrNull(job.Options.ScheduledJobID()),
		Owner:           tfvalue.StringOrNull(job.Owner.Login),
		OwnerSubject:    jobvalue.NewOwner(ctx, job.Owner, diags),
		NodeCount:       types.Int64Value(job.NodeCount),
		NodeStates:      jobvalue.NodeStates(job.NodeStates),
		ChangedAt:       tfvalue.StringOrNull(job.Timestamp),
		StartedAt:       tfvalue.StringOrNull(job.StartedTimestamp),
		FinishedAt:      tfvalue.StringOrNull(job.FinishedTimestamp),
		DurationSeconds: types.Float64PointerValue(job.Duration),
		Userdata:        jobvalue.UserdataValue(job.Userdata),
		URL:             types.StringValue(c.Orchestrator.URL("jobs", job.ID)),
		NodesURL:        types.StringValue(c.Orchestrator.URL("jobs", job.ID, "nodes")),
		EventsURL:       types.StringValue(c.Orchestrator.URL("jobs", job.ID, "events")),
		ReportURL:       types.StringValue(c.Orchestrator.URL("jobs", job.ID, "report")),
		States:          newStates(job.Status),
	}
}

// stateModel is a period of time that a job was in one state.
type stateModel struct {
	State     types.String `tfsdk:"state"`
	EnteredAt types.String `tfsdk:"entered_at"`
	ExitedAt  types.String `tfsdk:"exited_at"`
}

// stateTypes are the attributes of a state.
var stateTypes = map[string]attr.Type{"state": types.StringType, "entered_at": types.StringType, "exited_at": types.StringType}

// stateAttributes are a period of time in the history of a job.
func stateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state":      schema.StringAttribute{Computed: true, MarkdownDescription: "State of the job."},
		"entered_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the job came into the state, RFC 3339 in UTC."},
		"exited_at": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "When the job left the state, RFC 3339 in UTC. Null for the current one.",
		},
	}
}

// newStates is nil when the server does not report the history.
func newStates(periods []orchestrator.StatusPeriod) []stateModel {
	if periods == nil {
		return nil
	}
	states := make([]stateModel, len(periods))
	for i, period := range periods {
		states[i] = stateModel{
			State:     types.StringValue(string(period.State)),
			EnteredAt: tfvalue.StringOrNull(period.EnterTime),
			ExitedAt:  tfvalue.StringOrNull(period.ExitTime),
		}
	}
	return states
}

// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// planJobSummaryModel is what the list of plan jobs and a single plan job have in common. It has no dynamic attributes, so that it can be
// part of a list.
type planJobSummaryModel struct {
	ID              types.String  `tfsdk:"id"`
	State           types.String  `tfsdk:"state"`
	PlanName        types.String  `tfsdk:"plan_name"`
	Description     types.String  `tfsdk:"description"`
	Environment     types.String  `tfsdk:"environment"`
	SensitiveParams types.List    `tfsdk:"sensitive_params"`
	Project         *projectModel `tfsdk:"project"`
	JobIDs          types.List    `tfsdk:"job_ids"`
	// JobStates is nil when the server does not report the history.
	JobStates       map[string][]stateModel `tfsdk:"job_states"`
	ScheduledJobID  types.String            `tfsdk:"scheduled_job_id"`
	Owner           types.String            `tfsdk:"owner"`
	OwnerSubject    *jobvalue.OwnerModel    `tfsdk:"owner_subject"`
	ChangedAt       types.String            `tfsdk:"changed_at"`
	StartedAt       types.String            `tfsdk:"started_at"`
	FinishedAt      types.String            `tfsdk:"finished_at"`
	DurationSeconds types.Float64           `tfsdk:"duration_seconds"`
	Userdata        types.Map               `tfsdk:"userdata"`
	URL             types.String            `tfsdk:"url"`
	EventsURL       types.String            `tfsdk:"events_url"`
}

// planJobSummaryAttributes are the attributes of a plan job, in a list or alone.
func planJobSummaryAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job."},
		"state": schema.StringAttribute{
			Computed: true, MarkdownDescription: "`pending` (PE 2023.0 and newer), `running`, `success` or `failure`.",
		},
		"plan_name":   schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the plan."},
		"description": schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the plan job."},
		"environment": schema.StringAttribute{Computed: true, MarkdownDescription: "Environment that the plan was loaded from, null when the " +
			"server does not say."},
		"sensitive_params": jobvalue.SensitiveParamsAttribute(),
		"project":          projectAttribute(),
		"job_ids": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Numbers of the jobs that the plan has started, in their order. Null when the server does not say, as most do " +
				"in lists.",
		},
		"job_states": schema.MapAttribute{
			Computed:    true,
			ElementType: types.ListType{ElemType: types.ObjectType{AttrTypes: stateTypes}},
			MarkdownDescription: "The states that each job of the plan has been in, in their order, by the number of the job: objects with " +
				"`state`, `entered_at` and `exited_at`. Null when the server does not say, as most do in lists.",
		},
		"scheduled_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the schedule that started the plan, null " +
			"if none did."},
		"changed_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the plan job's state last changed, RFC 3339 in UTC. " +
			"Null when the server does not say."},
		"started_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the plan was started, RFC 3339 in UTC. Null when the " +
			"server does not say."},
		"finished_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the plan ended, RFC 3339 in UTC. Null while it runs."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the plan took or, while it runs, has " +
			"taken so far, in seconds. Null when the server does not say."},
		"userdata": schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Keys and values that are kept " +
			"with the plan job."},
		"url":        schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the plan job in the orchestrator API."},
		"events_url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the plan job's events in the orchestrator API."},
	}
	maps.Copy(attributes, jobvalue.OwnerAttributes("who started the plan"))
	return attributes
}

// newPlanJobSummary turns a plan job into a model.
func newPlanJobSummary(ctx context.Context, c *pe.Clients, job orchestrator.PlanJob, diags *diag.Diagnostics) planJobSummaryModel {
	jobIDs := types.ListNull(types.StringType)
	var states map[string][]stateModel
	if job.Status != nil {
		jobIDs = tfvalue.StringList(job.JobIDs())
		states = make(map[string][]stateModel, len(job.Status))
	}
	for id, periods := range job.Status {
		states[id] = newStates(periods)
	}
	return planJobSummaryModel{
		ID:              types.StringValue(job.ID),
		State:           types.StringValue(string(job.State)),
		PlanName:        types.StringValue(job.PlanName),
		Description:     types.StringValue(job.Description),
		Environment:     tfvalue.StringOrNull(job.Environment),
		SensitiveParams: tfvalue.StringsOrNull(job.Options.Sensitive()),
		Project:         newProject(job.Options.Project()),
		JobIDs:          jobIDs,
		JobStates:       states,
		ScheduledJobID:  tfvalue.StringOrNull(job.Options.ScheduledJobID()),
		Owner:           tfvalue.StringOrNull(job.Owner.Login),
		OwnerSubject:    jobvalue.NewOwner(ctx, job.Owner, diags),
		ChangedAt:       tfvalue.StringOrNull(job.Timestamp),
		StartedAt:       tfvalue.StringOrNull(job.CreatedTimestamp),
		FinishedAt:      tfvalue.StringOrNull(job.FinishedTimestamp),
		DurationSeconds: types.Float64PointerValue(job.Duration),
		Userdata:        jobvalue.UserdataValue(job.Userdata),
		URL:             types.StringValue(c.Orchestrator.URL("plan_jobs", job.ID)),
		EventsURL:       types.StringValue(c.Orchestrator.URL("plan_jobs", job.ID, "events")),
	}
}

package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// jobSummaryModel is what both the list of jobs and a single job tell. It holds nothing dynamic, so that it can be part of a
// list.
type jobSummaryModel struct {
	ID              types.String  `tfsdk:"id"`
	Type            types.String  `tfsdk:"type"`
	State           types.String  `tfsdk:"state"`
	Description     types.String  `tfsdk:"description"`
	Environment     types.String  `tfsdk:"environment"`
	Task            types.String  `tfsdk:"task"`
	Noop            types.Bool    `tfsdk:"noop"`
	SensitiveParams types.List    `tfsdk:"sensitive_params"`
	Project         *projectModel `tfsdk:"project"`
	PlanJobID       types.String  `tfsdk:"plan_job_id"`
	ScheduledJobID  types.String  `tfsdk:"scheduled_job_id"`
	Owner           types.String  `tfsdk:"owner"`
	OwnerSubject    *subjectModel `tfsdk:"owner_subject"`
	NodeCount       types.Int64   `tfsdk:"node_count"`
	NodeStates      types.Map     `tfsdk:"node_states"`
	ChangedAt       types.String  `tfsdk:"changed_at"`
	StartedAt       types.String  `tfsdk:"started_at"`
	FinishedAt      types.String  `tfsdk:"finished_at"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
	Userdata        types.Map     `tfsdk:"userdata"`
	URL             types.String  `tfsdk:"url"`
	NodesURL        types.String  `tfsdk:"nodes_url"`
	EventsURL       types.String  `tfsdk:"events_url"`
	ReportURL       types.String  `tfsdk:"report_url"`
	States          []stateModel  `tfsdk:"states"`
}

// projectModel is the Bolt project that a job's content comes from.
type projectModel struct {
	ID  types.String `tfsdk:"project_id"`
	Ref types.String `tfsdk:"ref"`
}

// jobSummaryAttributes are what the server tells of a job wherever it mentions one.
func jobSummaryAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the job."},
		"type":             schema.StringAttribute{Computed: true, MarkdownDescription: "`deploy`, `task`, or one of the `plan_` types of jobs that a plan has started."},
		"state":            schema.StringAttribute{Computed: true, MarkdownDescription: "`new`, `ready`, `running`, `stopping`, `stopped`, `finished` or `failed`."},
		"description":      schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the job."},
		"environment":      schema.StringAttribute{Computed: true, MarkdownDescription: "Environment of the job. Empty for jobs that a plan has started."},
		"task":             schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the task, null for a deploy."},
		"noop":             schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether changes were only simulated."},
		"sensitive_params": sensitiveParamsAttribute(),
		"project":          projectAttribute(),
		"plan_job_id":      schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job that started the job, null if none did."},
		"scheduled_job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the schedule that started the job, null if none did."},
		"node_count":       schema.Int64Attribute{Computed: true, MarkdownDescription: "How many nodes the job took."},
		"node_states":      schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "How many nodes are in which state. States without nodes are left out."},
		"changed_at":       schema.StringAttribute{Computed: true, MarkdownDescription: "When the job's state last changed, RFC 3339 in UTC."},
		"started_at":       schema.StringAttribute{Computed: true, MarkdownDescription: "When the job was started, RFC 3339 in UTC. Null before PE 2019.8.5."},
		"finished_at":      schema.StringAttribute{Computed: true, MarkdownDescription: "When the job ended, RFC 3339 in UTC. Null while it runs, and before PE 2019.8.5."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the job took or, while it runs, has taken so far, in seconds. Null before PE 2019.8.5."},
		"userdata":         schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Keys and values that are kept with the job."},
		"url":              schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job in the orchestrator API."},
		"nodes_url":        schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's nodes in the orchestrator API."},
		"events_url":       schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's events in the orchestrator API."},
		"report_url":       schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the job's report in the orchestrator API."},
		"states": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The states that the job has been in, in their order. Null when the server does not say, as most do in lists.",
			NestedObject:        schema.NestedAttributeObject{Attributes: stateAttributes()},
		},
	}
	maps.Copy(attributes, ownerAttributes("who started the job"))
	return attributes
}

func sensitiveParamsAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "Names of the parameters that the server hides because they are sensitive. Null when the server does not say.",
	}
}

func projectAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The Bolt project that the content comes from. Null for content of an environment.",
		Attributes: map[string]schema.Attribute{
			"project_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the project."},
			"ref":        schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the project."},
		},
	}
}

// newJobSummary turns a job into a model.
func newJobSummary(ctx context.Context, c *connection, job orchestrator.Job, diags *diag.Diagnostics) jobSummaryModel {
	return jobSummaryModel{
		ID:              types.StringValue(job.ID),
		Type:            types.StringValue(job.Type),
		State:           types.StringValue(string(job.State)),
		Description:     types.StringValue(job.Description),
		Environment:     types.StringValue(job.Environment),
		Task:            stringOrNull(job.Options.Task()),
		Noop:            types.BoolPointerValue(job.Options.Noop()),
		SensitiveParams: stringsOrNull(job.Options.Sensitive()),
		Project:         newProject(job.Options.Project()),
		PlanJobID:       stringOrNull(job.Options.PlanJob()),
		ScheduledJobID:  stringOrNull(job.Options.ScheduledJobID()),
		Owner:           stringOrNull(job.Owner.Login),
		OwnerSubject:    newSubject(ctx, job.Owner, diags),
		NodeCount:       types.Int64Value(job.NodeCount),
		NodeStates:      nodeStates(job.NodeStates),
		ChangedAt:       stringOrNull(job.Timestamp),
		StartedAt:       stringOrNull(job.StartedTimestamp),
		FinishedAt:      stringOrNull(job.FinishedTimestamp),
		DurationSeconds: types.Float64PointerValue(job.Duration),
		Userdata:        userdataValue(job.Userdata),
		URL:             types.StringValue(c.orchestrator.URL("jobs", job.ID)),
		NodesURL:        types.StringValue(c.orchestrator.URL("jobs", job.ID, "nodes")),
		EventsURL:       types.StringValue(c.orchestrator.URL("jobs", job.ID, "events")),
		ReportURL:       types.StringValue(c.orchestrator.URL("jobs", job.ID, "report")),
		States:          newStates(job.Status),
	}
}

func newProject(project *orchestrator.Project) *projectModel {
	if project == nil {
		return nil
	}
	return &projectModel{ID: stringOrNull(project.ID), Ref: stringOrNull(project.Ref)}
}

// stateModel is a stretch of time that a job was in one state.
type stateModel struct {
	State     types.String `tfsdk:"state"`
	EnteredAt types.String `tfsdk:"entered_at"`
	ExitedAt  types.String `tfsdk:"exited_at"`
}

// stateTypes are the attributes of a state.
var stateTypes = map[string]attr.Type{"state": types.StringType, "entered_at": types.StringType, "exited_at": types.StringType}

// stateAttributes are a stretch of time in the history of a job.
func stateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state":      schema.StringAttribute{Computed: true, MarkdownDescription: "State of the job."},
		"entered_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the job came into the state, RFC 3339 in UTC."},
		"exited_at":  schema.StringAttribute{Computed: true, MarkdownDescription: "When the job left the state, RFC 3339 in UTC. Null for the present one."},
	}
}

// newStates is nil when the server does not tell the history.
func newStates(periods []orchestrator.StatusPeriod) []stateModel {
	if periods == nil {
		return nil
	}
	states := make([]stateModel, len(periods))
	for i, period := range periods {
		states[i] = stateModel{State: types.StringValue(string(period.State)), EnteredAt: stringOrNull(period.EnterTime), ExitedAt: stringOrNull(period.ExitTime)}
	}
	return states
}

package history

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*jobNodesDataSource)(nil)

type jobNodesDataSource struct{ pe.DataSource }

func newJobNodesDataSource() datasource.DataSource { return &jobNodesDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *jobNodesDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_job_nodes"
}

// Schema implements [datasource.DataSource].
func (d *jobNodesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The nodes of a job: how each of them fared, and what it has left.",
		Attributes: map[string]schema.Attribute{
			"job_id": jobIDAttribute(),
			"states": listing.StatesAttribute(
				"nodes", "new", "ready", "running", "stopping", "stopped", "finished", "failed", "errored", "skipped",
			),
			"order_by": listing.OrderByAttribute(
				"The default is the server's. PE 2019.8.5 and newer.",
				"name",
				"duration",
				"state",
				"start_timestamp",
				"finish_timestamp",
			),
			"order":  listing.OrderAttribute("The default is `asc`. PE 2019.8.5 and newer."),
			"limit":  listing.LimitAttribute("nodes"),
			"offset": listing.OffsetAttribute("nodes"),
			"nodes": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The nodes, in the order of the server.",
				NestedObject:        schema.NestedAttributeObject{Attributes: jobNodeAttributes()},
			},
			"results": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "What the nodes have left, by certname, as values: what the task returned, a summary of the Puppet run, or " +
					"an error. Null for a node that has not ended or that never ran.",
			},
			"sensitive_results": schema.DynamicAttribute{
				Computed:  true,
				Sensitive: true,
				MarkdownDescription: "What stands under `_sensitive` in the results, by certname. It is left out of `results`. PE 2019.8.6 and " +
					"newer answer a placeholder there, such as `Sensitive [value redacted]`, and have not stored the secret; older ones answer the " +
					"secret itself, which is then in the state.",
			},
			"details": schema.DynamicAttribute{
				Computed:            true,
				MarkdownDescription: "What the server says about the last event of each node, by certname, as objects with the names of the API.",
			},
			"next_event": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Where the events of the job go on, for `start` of `pe_job_events`. Null when the server does not say.",
			},
		},
	}
}

// jobIDAttribute is the id of the job that something belongs to.
func jobIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Number of the job.",
		Validators:          []validator.String{validate.JobID()},
	}
}

func jobNodeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Certname of the node."},
		"state": schema.StringAttribute{Computed: true, MarkdownDescription: "`new`, `ready`, `running`, `stopping`, `stopped`, `finished`, " +
			"`failed`, `errored` or `skipped`."},
		"message": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "How the node ended, in a sentence: the error of the task, or why the node did not run. Null when there is " +
				"nothing to say.",
		},
		"changed_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the node's state last changed, RFC 3339 in UTC."},
		"started_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the run began, RFC 3339 in UTC. Null for a node that " +
			"has not run."},
		"finished_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the run ended, RFC 3339 in UTC. Null for a node " +
			"that has not ended or has not run."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the run took or has taken so far, in " +
			"seconds. Null for a node that has not run."},
		"report_url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the Puppet run's report in the console. Null for a " +
			"task."},
		"transaction_uuid": schema.StringAttribute{Computed: true, MarkdownDescription: "UUID of the Puppet run. Null for a task, and for a " +
			"node that has not run."},
		"transport": schema.StringAttribute{Computed: true, MarkdownDescription: "How the node was reached, such as `pcp`. Null when the " +
			"server does not say."},
		"latest_event_id": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of the last event of the node. Null when the " +
			"server does not say."},
	}
}

type jobNodesModel struct {
	JobID  types.String `tfsdk:"job_id"`
	States types.Set    `tfsdk:"states"`
	listing.OrderModel
	listing.RangeModel
	Nodes            []jobNodeModel `tfsdk:"nodes"`
	Results          types.Dynamic  `tfsdk:"results"`
	SensitiveResults types.Dynamic  `tfsdk:"sensitive_results"`
	Details          types.Dynamic  `tfsdk:"details"`
	NextEvent        types.Int64    `tfsdk:"next_event"`
}

type jobNodeModel struct {
	Name            types.String  `tfsdk:"name"`
	State           types.String  `tfsdk:"state"`
	Message         types.String  `tfsdk:"message"`
	ChangedAt       types.String  `tfsdk:"changed_at"`
	StartedAt       types.String  `tfsdk:"started_at"`
	FinishedAt      types.String  `tfsdk:"finished_at"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
	ReportURL       types.String  `tfsdk:"report_url"`
	TransactionUUID types.String  `tfsdk:"transaction_uuid"`
	Transport       types.String  `tfsdk:"transport"`
	LatestEventID   types.Int64   `tfsdk:"latest_event_id"`
}

// Read implements [datasource.DataSource].
func (d *jobNodesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model jobNodesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.JobID.ValueString()
	summary := "The nodes of job " + id + " were not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	model.Nodes = []jobNodeModel{}
	results, sensitive, details := tfvalue.Keyed{}, tfvalue.Keyed{}, tfvalue.Keyed{}
	filter := model.filter()
	filter.NextEvent = func(next int64) { model.NextEvent = types.Int64Value(next) }
	for node, err := range model.selected(d.Orchestrator.JobNodes(ctx, id, filter)) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofJob(summary, err))
			return
		}
		result, secret, err := jobvalue.SplitResult(node.Result)
		if err != nil {
			resp.Diagnostics.AddError(summary, prose.Sentence(fmt.Sprintf("reading the result of node %s: %s", node.Name, err)))
			return
		}
		model.Nodes = append(model.Nodes, newJobNode(node))
		results[node.Name] = result
		details.Add(node.Name, node.Details, "The details of node "+node.Name+" cannot be read", &resp.Diagnostics)
		if secret != nil {
			sensitive[node.Name] = secret
		}
	}
	model.Results, model.SensitiveResults, model.Details = results.Value(), sensitive.Value(), details.Value()
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// filter is what the server is asked for. It cannot select several states, so that the part of the list is then taken here.
func (m jobNodesModel) filter() orchestrator.JobNodeFilter {
	filter := orchestrator.JobNodeFilter{OrderBy: m.OrderBy.ValueString(), Order: m.Order.ValueString()}
	if m.States.IsNull() {
		filter.Range = m.Part()
	}
	return filter
}

// selected are the nodes in the states that were asked for.
func (m jobNodesModel) selected(nodes iter.Seq2[orchestrator.JobNode, error]) iter.Seq2[orchestrator.JobNode, error] {
	if m.States.IsNull() {
		return nodes
	}
	inState := func(node orchestrator.JobNode) bool { return listing.Selected(m.States, string(node.State)) }
	return listing.Within(listing.Where(nodes, inState), m.Part())
}

func newJobNode(node orchestrator.JobNode) jobNodeModel {
	latest := types.Int64Null()
	if node.LatestEventID > 0 {
		latest = types.Int64Value(node.LatestEventID)
	}
	return jobNodeModel{
		Name:            types.StringValue(node.Name),
		State:           types.StringValue(string(node.State)),
		Message:         tfvalue.StringOrNull(node.Message()),
		ChangedAt:       tfvalue.StringOrNull(node.Timestamp),
		StartedAt:       tfvalue.StringOrNull(node.StartTimestamp),
		FinishedAt:      tfvalue.StringOrNull(node.FinishTimestamp),
		DurationSeconds: types.Float64PointerValue(node.Duration),
		ReportURL:       tfvalue.StringOrNull(node.ReportURL()),
		TransactionUUID: tfvalue.StringOrNull(node.TransactionUUID),
		Transport:       tfvalue.StringOrNull(node.Transport),
		LatestEventID:   latest,
	}
}

// ofJob describes an error about something that belongs to a job.
func ofJob(summary string, err error) pe.Failure {
	return pe.Failure{
		Summary: summary,
		Err:     err,
		Advice: map[string]string{orchestrator.KindUnknownJob: "There is no such job, or its record is gone: the server deletes the records " +
			"of jobs after 30 days by default."},
		Attributes: map[string]path.Path{orchestrator.KindUnknownJob: path.Root("job_id")},
	}
}

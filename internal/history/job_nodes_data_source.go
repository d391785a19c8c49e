// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
		MarkdownDescription: "The nodes of a job, each with its state and its result.",
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
					"an error. Null for a node that has not ended or that never ran. When all of them have more than 32 MiB, each value counted as " +
					"32 bytes beside its text, the last nodes in order of the alphabet have `{ _omitted = { bytes = … } }`, with a warning: narrow " +
					"what is read with `states`, `limit` and `offset`. " + tfvalue.ForeignForm,
			},
			"sensitive_results": schema.DynamicAttribute{
				Computed:  true,
				Sensitive: true,
				MarkdownDescription: "What stands under `_sensitive` in the results, by certname. It is left out of `results`. PE 2019.8.6 and " +
					"newer answer a placeholder there, such as `Sensitive [value redacted]`, and have not stored the secret; older ones answer the " +
					"secret itself, which is then in the state.",
			},
			"details": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "What the server reports about the last event of each node, by certname, as objects with the names of the " +
					"API.",
			},
			"next_event": schema.Int64Attribute{
				Computed: true,
				MarkdownDescription: "Where the events of the job continue after the nodes were read, for `start` of `pe_job_events`: some of " +
					"them may be about what `nodes` shows already. Null when the server does not say.",
			},
		},
	}
}

// jobIDAttribute is the id of the job that something belongs to.
func jobIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Number of the job.",
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
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() ||
		!validate.Reference(ctx, path.Root("job_id"), model.JobID, validate.JobID(), &resp.Diagnostics) {
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
	// Events go on while pages are read: from the first one on, none is missed.
	filter.NextEvent = func(next int64) {
		if model.NextEvent.IsNull() {
			model.NextEvent = types.Int64Value(next)
		}
	}
	for node, err := range model.selected(d.Orchestrator.JobNodes(ctx, id, filter)) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofJob(summary, err))
			return
		}
		model.Nodes = append(model.Nodes, newJobNode(node))
		details.Add(node.Name, node.Details, "The details of node "+node.Name+" cannot be read", &resp.Diagnostics)
		omitted := tfvalue.Omitted(len(node.Result))
		if results.TooLong(len(node.Result)) {
			results.PutShort(node.Name, omitted)
			continue
		}
		result, secret, err := jobvalue.SplitResult(node.Result)
		if err != nil {
			resp.Diagnostics.AddError(summary, prose.Sentence(fmt.Sprintf("reading the result of node %s: %s", node.Name, err)))
			return
		}
		results.Put(node.Name, result, omitted)
		if secret != nil {
			sensitive.Put(node.Name, *secret, omitted)
		}
	}
	model.Results = results.Value("Results of nodes", narrowNodes, &resp.Diagnostics)
	model.SensitiveResults = sensitive.Value("Sensitive results of nodes", narrowNodes, &resp.Diagnostics)
	model.Details = details.Value("Details of nodes", narrowNodes, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// What to do when a list is too much for one attribute.
const (
	narrowList  = "Read fewer at a time, with `limit` and `offset`."
	narrowNodes = "Read fewer at a time, with `states`, `limit` and `offset`."
)

// filter is what the server is asked for. A part of what is selected by states is taken here, because not every server can select them, and
// so is one that does not begin with the first node: servers before PE 2019.8.5 do not know offset, and send all.
func (m jobNodesModel) filter() orchestrator.JobNodeFilter {
	filter := orchestrator.JobNodeFilter{State: m.onlyState(), OrderBy: m.OrderBy.ValueString(), Order: m.Order.ValueString()}
	if m.States.IsNull() && m.Part().Offset == 0 {
		filter.Range = m.Part()
	}
	return filter
}

// onlyState is the single state that is selected, where the documents say that servers take it: a server that knows the filter then sends
// less, and one that does not ignores it. Nodes leave other states while pages are read, and what follows them would be in none.
func (m jobNodesModel) onlyState() orchestrator.NodeState {
	states := m.States.Elements()
	if len(states) != 1 {
		return ""
	}
	text, _ := states[0].(types.String)
	state := orchestrator.NodeState(text.ValueString())
	switch state {
	case orchestrator.NodeFinished, orchestrator.NodeFailed, orchestrator.NodeStopped:
		return state
	default:
		return ""
	}
}

// selected are the nodes in the states that were asked for.
func (m jobNodesModel) selected(nodes iter.Seq2[orchestrator.JobNode, error]) iter.Seq2[orchestrator.JobNode, error] {
	if m.filter().Range.Limit > 0 {
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
		Message:         jobvalue.Message(node),
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

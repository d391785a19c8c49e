// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*jobReportDataSource)(nil)

type jobReportDataSource struct{ pe.DataSource }

func newJobReportDataSource() datasource.DataSource { return &jobReportDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *jobReportDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_job_report"
}

// Schema implements [datasource.DataSource].
func (d *jobReportDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The report of a job: the state of every node, and its events. The API has no pages for it; `pe_job_nodes` " +
			"reads the nodes of a large job page by page.",
		Attributes: map[string]schema.Attribute{
			"job_id": jobIDAttribute(),
			"nodes": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The nodes of the job, in the order of the server.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"node":  schema.StringAttribute{Computed: true, MarkdownDescription: "Certname of the node."},
					"state": schema.StringAttribute{Computed: true, MarkdownDescription: "State of the job on the node."},
					"timestamp": schema.StringAttribute{
						Computed:            true,
						MarkdownDescription: "When the state last changed, RFC 3339 in UTC. The reference of PE 2019.8 calls it the time of creation.",
					},
					"started_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the run began, RFC 3339 in UTC. Null when the " +
						"server does not say, as only old ones do."},
					"finished_at": schema.StringAttribute{Computed: true, MarkdownDescription: "When the run ended, RFC 3339 in UTC. Null when the " +
						"server does not say, as only old ones do."},
				}},
			},
			"events": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "The events of each node, by certname, as lists. Depending on the version of PE they are the numbers of " +
					"events or objects with the names of the API. Null for a node without events on some versions.",
			},
		},
	}
}

type jobReportModel struct {
	JobID  types.String      `tfsdk:"job_id"`
	Nodes  []reportNodeModel `tfsdk:"nodes"`
	Events types.Dynamic     `tfsdk:"events"`
}

type reportNodeModel struct {
	Node       types.String `tfsdk:"node"`
	State      types.String `tfsdk:"state"`
	Timestamp  types.String `tfsdk:"timestamp"`
	StartedAt  types.String `tfsdk:"started_at"`
	FinishedAt types.String `tfsdk:"finished_at"`
}

// Read implements [datasource.DataSource].
func (d *jobReportDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model jobReportModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() ||
		!validate.Reference(ctx, path.Root("job_id"), model.JobID, validate.JobID(), &resp.Diagnostics) {
		return
	}
	id := model.JobID.ValueString()
	summary := "The report of job " + id + " was not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	model.Nodes = []reportNodeModel{}
	events := tfvalue.Keyed{}
	for entry, err := range d.Orchestrator.JobReport(ctx, id) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofJob(summary, err))
			return
		}
		model.Nodes = append(model.Nodes, reportNodeModel{
			Node:       types.StringValue(entry.Node),
			State:      types.StringValue(string(entry.State)),
			Timestamp:  tfvalue.StringOrNull(entry.Timestamp),
			StartedAt:  tfvalue.StringOrNull(entry.StartTimestamp),
			FinishedAt: tfvalue.StringOrNull(entry.FinishTimestamp),
		})
		events.Add(entry.Node, entry.Events, "The events of node "+entry.Node+" cannot be read", &resp.Diagnostics)
	}
	model.Events = events.Value("Events of the report", "Read what is missing with `pe_job_events`.", &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

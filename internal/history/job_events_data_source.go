// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*jobEventsDataSource)(nil)

type jobEventsDataSource struct{ pe.DataSource }

func newJobEventsDataSource() datasource.DataSource { return &jobEventsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *jobEventsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_job_events"
}

// Schema implements [datasource.DataSource].
func (d *jobEventsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The events of a job: what has happened so far, node by node.",
		Attributes: map[string]schema.Attribute{
			"job_id": jobIDAttribute(),
			"start":  startAttribute(),
			"limit":  listing.LimitAttribute("events"),
			"events": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The events, in the order in which they happened.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id": eventIDAttribute(),
					"type": schema.StringAttribute{
						Computed: true,
						MarkdownDescription: "`node_running`, `node_finished`, `node_failed`, `node_errored`, `node_skipped`, `job_stopping`, " +
							"`job_finished` (whatever the end) or `job_aborted`.",
					},
					"timestamp": eventTimeAttribute(),
					"node": schema.StringAttribute{Computed: true, MarkdownDescription: "Certname of the node that the event is about, null when " +
						"it is about the whole job."},
					"message": schema.StringAttribute{Computed: true, MarkdownDescription: "What happened, in a sentence."},
				}},
			},
			"details":    eventDetailsAttribute(),
			"next_start": nextStartAttribute(),
		},
	}
}

// Attributes that the events of jobs and of plan jobs have in common.

func startAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		CustomType: tfvalue.WholeNumber{},
		Optional:   true,
		MarkdownDescription: "Number of the first event to read, such as the `next_start` of an earlier read. Numbers grow over all jobs. " +
			"The default is the job's first event.",
		Validators: []validator.Int64{validate.AtLeast(0)},
	}
}

func eventIDAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of the event."}
}

func eventTimeAttribute() schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: "When it happened, RFC 3339 in UTC."}
}

func eventDetailsAttribute() schema.DynamicAttribute {
	return schema.DynamicAttribute{
		Computed: true,
		MarkdownDescription: "Everything that the server reports about the events, by their numbers, as objects with the names of the API. " +
			"What there is depends on the type of the event.",
	}
}

func nextStartAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		Computed: true,
		MarkdownDescription: "Where a later read continues: the number after that of the last event here, or `start` when there is none. `0` " +
			"is the beginning.",
	}
}

type jobEventsModel struct {
	JobID     types.String    `tfsdk:"job_id"`
	Start     types.Int64     `tfsdk:"start"`
	Limit     types.Int64     `tfsdk:"limit"`
	Events    []jobEventModel `tfsdk:"events"`
	Details   types.Dynamic   `tfsdk:"details"`
	NextStart types.Int64     `tfsdk:"next_start"`
}

type jobEventModel struct {
	ID        types.Int64  `tfsdk:"id"`
	Type      types.String `tfsdk:"type"`
	Timestamp types.String `tfsdk:"timestamp"`
	Node      types.String `tfsdk:"node"`
	Message   types.String `tfsdk:"message"`
}

// Read implements [datasource.DataSource].
func (d *jobEventsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model jobEventsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() ||
		!validate.Reference(ctx, path.Root("job_id"), model.JobID, validate.JobID(), &resp.Diagnostics) {
		return
	}
	id := model.JobID.ValueString()
	summary := "The events of job " + id + " were not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	model.Events = []jobEventModel{}
	details := tfvalue.Keyed{}
	next := model.Start.ValueInt64()
	for event, err := range d.Orchestrator.AllJobEvents(ctx, id, next) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofJob(summary, err))
			return
		}
		model.Events = append(model.Events, newJobEvent(event))
		addDetails(&details, event, &resp.Diagnostics)
		next = event.ID + 1
		if full(model.Limit, len(model.Events)) {
			break
		}
	}
	model.Details = details.Value("Details of events", "Read fewer at a time, with `start` and `limit`.", &resp.Diagnostics)
	model.NextStart = types.Int64Value(next)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// full reports whether as many were read as the limit allows.
func full(limit types.Int64, read int) bool {
	return !limit.IsNull() && int64(read) >= limit.ValueInt64()
}

// addDetails adds the details of an event under its number.
func addDetails(details *tfvalue.Keyed, event orchestrator.Event, diags *diag.Diagnostics) {
	id := strconv.FormatInt(event.ID, 10)
	details.Add(id, event.Details, "The details of event "+id+" cannot be read", diags)
}

func newJobEvent(event orchestrator.Event) jobEventModel {
	return jobEventModel{
		ID:        types.Int64Value(event.ID),
		Type:      types.StringValue(event.Type),
		Timestamp: tfvalue.StringOrNull(event.Timestamp),
		Node:      tfvalue.StringOrNull(event.Node()),
		Message:   tfvalue.StringOrNull(event.Message),
	}
}

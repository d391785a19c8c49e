// SPDX-License-Identifier: MPL-2.0

package history

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*planJobEventsDataSource)(nil)

type planJobEventsDataSource struct{ pe.DataSource }

func newPlanJobEventsDataSource() datasource.DataSource { return &planJobEventsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *planJobEventsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_plan_job_events"
}

// Schema implements [datasource.DataSource].
func (d *planJobEventsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The events of a plan job: the jobs that the plan has started, the plans that it has run, and what it has " +
			"printed.",
		Attributes: map[string]schema.Attribute{
			"plan_job_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Number of the plan job.",
			},
			"start": startAttribute(),
			"limit": listing.LimitAttribute("events"),
			"full_messages": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether messages that the server has cut to 1,024 bytes in its list are read again in full, with one " +
					"request for each. The default is `true`. PE 2019.4 and newer; older servers only have the cut ones, which is a warning.",
			},
			"events": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The events, in the order in which they happened.",
				NestedObject:        schema.NestedAttributeObject{Attributes: planEventAttributes()},
			},
			"details":    eventDetailsAttribute(),
			"next_start": nextStartAttribute(),
		},
	}
}

func planEventAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": eventIDAttribute(),
		"type": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "`task_start`, `script_start`, `command_start`, `upload_start`, `wait_start`, `apply_start`, " +
				"`apply_prep_start`, `out_message`, `plan_start`, `plan_end`, `plan_finished` or `plan_failed`.",
		},
		"timestamp": eventTimeAttribute(),
		"job_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the job that the plan has started. Null for events " +
			"that are about no job."},
		"message": schema.StringAttribute{Computed: true, MarkdownDescription: "What the plan has printed (`out_message`). Null for other " +
			"events."},
		"plan": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the plan that was run by the plan (`plan_start`, " +
			"`plan_end`). Null for other events."},
		"plan_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Number of the plan job that has ended (`plan_finished`, " +
			"`plan_failed`). Null for other events."},
		"duration_seconds": schema.Float64Attribute{Computed: true, MarkdownDescription: "How long the inner plan took, in seconds " +
			"(`plan_end`). Null for other events."},
	}
}

type planJobEventsModel struct {
	PlanJobID    types.String     `tfsdk:"plan_job_id"`
	Start        types.Int64      `tfsdk:"start"`
	Limit        types.Int64      `tfsdk:"limit"`
	FullMessages types.Bool       `tfsdk:"full_messages"`
	Events       []planEventModel `tfsdk:"events"`
	Details      types.Dynamic    `tfsdk:"details"`
	NextStart    types.Int64      `tfsdk:"next_start"`
}

type planEventModel struct {
	ID              types.Int64   `tfsdk:"id"`
	Type            types.String  `tfsdk:"type"`
	Timestamp       types.String  `tfsdk:"timestamp"`
	JobID           types.String  `tfsdk:"job_id"`
	Message         types.String  `tfsdk:"message"`
	Plan            types.String  `tfsdk:"plan"`
	PlanID          types.String  `tfsdk:"plan_id"`
	DurationSeconds types.Float64 `tfsdk:"duration_seconds"`
}

// Read implements [datasource.DataSource].
func (d *planJobEventsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model planJobEventsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() ||
		!validate.Reference(ctx, path.Root("plan_job_id"), model.PlanJobID, validate.JobID(), &resp.Diagnostics) {
		return
	}
	id := model.PlanJobID.ValueString()
	summary := "The events of plan job " + id + " were not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	next := model.Start.ValueInt64()
	var events []orchestrator.Event
	for event, err := range d.Orchestrator.AllPlanJobEvents(ctx, id, next) {
		if err != nil {
			d.Report(&resp.Diagnostics, ofPlanJob(summary, err))
			return
		}
		events = append(events, event)
		next = event.ID + 1
		if full(model.Limit, len(events)) {
			break
		}
	}
	if model.FullMessages.IsNull() || model.FullMessages.ValueBool() {
		if err := d.completeMessages(ctx, id, events, &resp.Diagnostics); err != nil {
			d.Report(&resp.Diagnostics, ofPlanJob(summary, err))
			return
		}
	}
	details := tfvalue.Keyed{}
	model.Events = make([]planEventModel, len(events))
	for i, event := range events {
		model.Events[i] = newPlanEvent(event)
		addDetails(&details, event, &resp.Diagnostics)
	}
	model.Details = details.Value("Details of events", "Read fewer at a time, with `start` and `limit`.", &resp.Diagnostics)
	model.NextStart = types.Int64Value(next)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// messagesAtOnce is how many events are read again concurrently.
const messagesAtOnce = 8

// completeMessages reads the events again whose messages may have been cut. A server before PE 2019.4 cannot return single events, which is
// a warning.
func (d *planJobEventsDataSource) completeMessages(
	ctx context.Context,
	id string,
	events []orchestrator.Event,
	diags *diag.Diagnostics,
) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(messagesAtOnce)
	for i := range events {
		if !events[i].MayBeCut() {
			continue
		}
		group.Go(func() error {
			event, err := d.Orchestrator.PlanJobEvent(ctx, id, events[i].ID)
			if err == nil {
				events[i] = event
			}
			return err
		})
	}
	err := group.Wait()
	if pe.OlderServer(err, "", "") == "" || httpapi.HasKind(err, orchestrator.KindMismatchedJobEventID) {
		return err
	}
	diags.AddAttributeWarning(path.Root("full_messages"), "Long messages are cut",
		"The server has no GET /plan_jobs/:id/event/:event-id, which came with PE 2019.4, so messages end after 1,024 bytes. Set "+
			"`full_messages = false` to accept that.")
	return nil
}

// ofPlanJob describes an error about something that belongs to a plan job.
func ofPlanJob(summary string, err error) pe.Failure {
	f := ofJob(summary, err)
	f.Advice[orchestrator.KindUnknownJob] = "There is no such plan job, or its record is gone: the server deletes the records of plan jobs " +
		"after 30 days by default."
	f.Attributes[orchestrator.KindUnknownJob] = path.Root("plan_job_id")
	f.Note = pe.OlderServer(err, "GET /plan_jobs/:id/events", "2018.1")
	return f
}

func newPlanEvent(event orchestrator.Event) planEventModel {
	return planEventModel{
		ID:              types.Int64Value(event.ID),
		Type:            types.StringValue(event.Type),
		Timestamp:       tfvalue.StringOrNull(event.Timestamp),
		JobID:           tfvalue.StringOrNull(event.JobID()),
		Message:         tfvalue.StringOrNull(event.OutMessage()),
		Plan:            tfvalue.StringOrNull(event.Plan()),
		PlanID:          tfvalue.StringOrNull(event.PlanID()),
		DurationSeconds: types.Float64PointerValue(event.Duration()),
	}
}

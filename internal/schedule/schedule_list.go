// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ list.ListResourceWithConfigure = (*scheduleList[scheduledTaskModel, *scheduledTaskModel])(nil)
	_ list.ListResourceWithConfigure = (*scheduleList[scheduledDeployModel, *scheduledDeployModel])(nil)
	_ list.ListResourceWithConfigure = (*scheduleList[scheduledPlanModel, *scheduledPlanModel])(nil)
)

// scheduleList lists the schedules of one type, as an import reads them.
type scheduleList[M any, P scheduleRecord[M]] struct{ scheduleResource[M, P] }

func newScheduleList[M any, P scheduleRecord[M]](process *processState, metadata *workload.Metadata) list.ListResource {
	return &scheduleList[M, P]{scheduleResource[M, P]{process: process, metadata: metadata}}
}

// kind is the type of the schedules.
func (l *scheduleList[M, P]) kind() string { return P(new(M)).scheduleType() }

// Metadata implements [list.ListResource].
func (l *scheduleList[M, P]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_scheduled_" + l.kind()
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *scheduleList[M, P]) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	environment, name := validate.EnvironmentName(), validate.TaskName()
	switch l.kind() {
	case orchestrator.ScheduleDeploy:
		environment = validate.EnvironmentOrNone()
	case orchestrator.SchedulePlan:
		name = validate.PlanName()
	}
	attributes := map[string]schema.Attribute{
		"environment": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Environment of the schedules. The default is all.",
			Validators:          []validator.String{environment},
		},
	}
	if l.named() {
		attributes["name"] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Full name of the " + l.kind() + ", such as `facts::info`. The default is all.",
			Validators:          []validator.String{name},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Schedules of " + l.kind() + "s that run again: those that are disabled, or have run their only time, are left " +
			"out.",
		Attributes: attributes,
	}
}

// named reports whether such schedules run something that has a name.
func (l *scheduleList[M, P]) named() bool { return l.kind() != orchestrator.ScheduleDeploy }

// scheduleFilter says which schedules are listed. What is null allows all.
type scheduleFilter struct{ environment, name types.String }

func (l *scheduleList[M, P]) filter(ctx context.Context, req list.ListRequest) (f scheduleFilter, diags diag.Diagnostics) {
	diags.Append(req.Config.GetAttribute(ctx, path.Root("environment"), &f.environment)...)
	if l.named() {
		diags.Append(req.Config.GetAttribute(ctx, path.Root("name"), &f.name)...)
	}
	return f, diags
}

func (f scheduleFilter) allows(reported scheduling.Schedule) bool {
	return (f.environment.IsNull() || reported.Environment == f.environment.ValueString()) &&
		(f.name.IsNull() || reported.Input.Name == f.name.ValueString())
}

// List implements [list.ListResource].
func (l *scheduleList[M, P]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Schedules were not listed"
	filter, diags := l.filter(ctx, req)
	var found []query.Found
	if !diags.HasError() {
		if api, ok := l.reach(ctx, summary, &diags); ok {
			for reported, err := range api.List(ctx, scheduling.Filter{Type: l.kind()}) {
				if err != nil {
					l.Report(&diags, pe.Failure{Summary: summary, Err: err, Advice: l.adviceOnReading()})
					break
				}
				if reported.Type == l.kind() && filter.allows(reported) && reported.RunsAgain(l.ServerNow()) {
					found = append(found, query.Found{
						Title: reported.Title(), Identity: identity.Of(reported.ID),
						Record: func(diags *diag.Diagnostics) any { return l.record(api, reported, diags) },
					})
				}
			}
		}
	}
	query.Answer(ctx, req, stream, "schedules", found, diags)
}

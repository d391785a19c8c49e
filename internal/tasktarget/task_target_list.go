// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopepreview"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ list.ListResourceWithConfigure = (*taskTargetList)(nil)

// taskTargetList lists task-targets, as the resource reads them.
type taskTargetList struct{ taskTargetResource }

func newTaskTargetList(shared *taskTargetState) list.ListResource {
	return &taskTargetList{taskTargetResource{taskTargetState: shared}}
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *taskTargetList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Task-targets of the server, including those that are no longer used: Puppet Enterprise cannot delete them. PE " +
			"2019.3 and newer.",
		Attributes: map[string]schema.Attribute{
			"task": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Full name of a task, such as `package`: lists the task-targets that allow it, by name or because they " +
					"allow every task. The default is all.",
				Validators: []validator.String{validate.TaskName()},
			},
			"display_name": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Name in the console, which several task-targets may have. Some servers do not report it. The default is " +
					"all.",
				Validators: []validator.String{validate.NotBlank()},
			},
		},
	}
}

type taskTargetFilter struct {
	Task        types.String `tfsdk:"task"`
	DisplayName types.String `tfsdk:"display_name"`
}

func (f taskTargetFilter) allows(target orchestrator.TaskTarget) bool {
	return (f.Task.IsNull() || target.AllTasks || slices.Contains(target.Tasks, f.Task.ValueString())) &&
		(f.DisplayName.IsNull() || target.DisplayName == f.DisplayName.ValueString())
}

// warnOfNameless warns that a name was looked for among task-targets whose names the server does not say.
func (f taskTargetFilter) warnOfNameless(targets []orchestrator.TaskTarget, diags *diag.Diagnostics) {
	nameless := 0
	for _, target := range targets {
		if target.DisplayName == "" {
			nameless++
		}
	}
	if nameless > 0 && !f.DisplayName.IsNull() {
		diags.AddWarning("Not every task-target is looked at", fmt.Sprintf("The server does not report the names of %d of its %d "+
			"task-targets, so `display_name` cannot find them. List them without it.", nameless, len(targets)))
	}
}

// List implements [list.ListResource].
func (l *taskTargetList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Task-targets were not listed"
	var filter taskTargetFilter
	var found []query.Found
	diags := tfvalue.Decode(ctx, req.Config, &filter)
	if !diags.HasError() && l.Ready(summary, &diags) {
		targets, _ := listTaskTargets(ctx, l.Clients, summary, &diags)
		filter.warnOfNameless(targets, &diags)
		for _, target := range targets {
			if filter.allows(target) {
				found = append(found, l.found(target))
			}
		}
	}
	query.Answer(ctx, req, stream, "task-targets", found, diags)
}

func (l *taskTargetList) found(target orchestrator.TaskTarget) query.Found {
	model := taskTargetResourceModel{Preview: scopepreview.None()}
	model.read(l.Clients, target)
	return query.Found{
		Title: model.DisplayName.ValueString(), Identity: identity.Of(target.ID),
		Record: func(*diag.Diagnostics) any { return model },
	}
}

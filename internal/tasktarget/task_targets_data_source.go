// SPDX-License-Identifier: MPL-2.0

package tasktarget

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

var _ datasource.DataSourceWithConfigure = (*taskTargetsDataSource)(nil)

type taskTargetsDataSource struct{ pe.DataSource }

func newTaskTargetsDataSource() datasource.DataSource { return &taskTargetsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *taskTargetsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_task_targets"
}

// Schema implements [datasource.DataSource].
func (d *taskTargetsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All task-targets of the server, including those that are no longer used: Puppet Enterprise cannot delete " +
			"them. PE 2019.3 and newer.",
		Attributes: map[string]schema.Attribute{
			"task_targets": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The task-targets, in the order of the server.",
				NestedObject:        schema.NestedAttributeObject{Attributes: taskTargetReadAttributes()},
			},
		},
	}
}

type taskTargetsModel struct {
	TaskTargets []taskTargetModel `tfsdk:"task_targets"`
}

// Read implements [datasource.DataSource].
func (d *taskTargetsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Task-targets were not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	targets, ok := listTaskTargets(ctx, d.Clients, summary, &resp.Diagnostics)
	if !ok {
		return
	}
	model := taskTargetsModel{TaskTargets: make([]taskTargetModel, len(targets))}
	for i, target := range targets {
		model.TaskTargets[i] = newTaskTarget(d.Clients, target)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

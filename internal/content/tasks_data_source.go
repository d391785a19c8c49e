// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var _ datasource.DataSourceWithConfigure = (*tasksDataSource)(nil)

type tasksDataSource struct{ pe.DataSource }

func newTasksDataSource() datasource.DataSource { return &tasksDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *tasksDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_tasks"
}

// Schema implements [datasource.DataSource].
func (d *tasksDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The tasks of an environment. `pe_task_metadata` tells more about one.",
		Attributes: map[string]schema.Attribute{
			"environment": codeEnvironmentAttribute(),
			"code_id":     codeIDAttribute("Null when the code is not deployed by Puppet Enterprise."),
			"tasks": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The tasks, in the order of the server.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the task. The default task of a module has " +
						"the module's name."},
					"permitted": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user of the token may run the " +
						"task. Null on servers that do not say; those of 2019 and 2020 do."},
					"url": schema.StringAttribute{Computed: true, MarkdownDescription: "URL of the task in the orchestrator API, without the " +
						"environment."},
				}},
			},
		},
	}
}

type tasksModel struct {
	codeModel
	Tasks []taskNameModel `tfsdk:"tasks"`
}

type taskNameModel struct {
	Name      types.String `tfsdk:"name"`
	Permitted types.Bool   `tfsdk:"permitted"`
	URL       types.String `tfsdk:"url"`
}

// Read implements [datasource.DataSource].
func (d *tasksDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "Tasks were not read"
	var model tasksModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	list, err := d.Orchestrator.TaskList(ctx, model.environment())
	if err != nil {
		d.Report(&resp.Diagnostics, contentFailure(summary, err, pe.OlderServer(err, "GET /tasks", "2017.3")))
		return
	}
	model.Report(list.CodeID)
	model.Tasks = make([]taskNameModel, len(list.Tasks))
	for i, task := range list.Tasks {
		model.Tasks[i] = taskNameModel{
			Name: types.StringValue(task.Name), Permitted: types.BoolPointerValue(task.Permitted),
			URL: types.StringValue(d.Orchestrator.TaskURL(task.Name)),
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

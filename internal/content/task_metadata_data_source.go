// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*taskMetadataDataSource)(nil)

type taskMetadataDataSource struct{ pe.DataSource }

func newTaskMetadataDataSource() datasource.DataSource { return &taskMetadataDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *taskMetadataDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_task_metadata"
}

// Schema implements [datasource.DataSource].
func (d *taskMetadataDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Full name of the task, such as `package` or `mysql::sql`.",
			Validators:          []validator.String{validate.TaskName()},
		},
		"environment": codeEnvironmentAttribute(),
		"code_id":     codeIDAttribute("Null when the code is not deployed by Puppet Enterprise."),
		"url": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "URL of the task in the orchestrator API, without the environment.",
		},
		"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What the task does. Null when it has no description."},
		"input_method": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "How the task gets its parameters: `environment`, `stdin`, `powershell` or several of them. Null when it is " +
				"not declared.",
		},
		"supports_noop": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the task can be run with `noop`."},
		"private":       schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the task is meant for other tasks and plans only."},
		"remote": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the task runs on another machine for targets that " +
			"cannot run it themselves, such as network devices."},
		"puppet_task_version": schema.Int64Attribute{Computed: true, MarkdownDescription: "Version of the form of the metadata. Null when it " +
			"is not declared."},
		"implementations": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Files of a task that runs on several platforms, in the order of preference. Empty for other tasks.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the file."},
				"requirements": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What the node must " +
					"have, such as `shell` or `powershell`."},
				"input_method": schema.StringAttribute{Computed: true, MarkdownDescription: "How the file gets its parameters. Null when it is " +
					"not declared."},
			}},
		},
		"module_files": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Files of modules that the task needs beside its own (`files` of the metadata). Empty when it needs none.",
		},
		"extensions": schema.DynamicAttribute{Computed: true, MarkdownDescription: "What the metadata hold for other programs, as a value. " +
			"Null when there is nothing."},
		"files": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Files that are sent to the nodes.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"filename": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the file."},
				"path": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "Path of the file on the primary server's file service.",
				},
				"environment": schema.StringAttribute{Computed: true, MarkdownDescription: "Environment that the file is taken from."},
				"sha256":      schema.StringAttribute{Computed: true, MarkdownDescription: "SHA-256 digest of the file, in hexadecimal."},
				"size_bytes":  schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the file in bytes."},
			}},
		},
	}
	maps.Copy(attributes, parametersAttributes("task"))
	resp.Schema = schema.Schema{
		MarkdownDescription: "What is known about a task: its parameters, whether it can be simulated, and its files.",
		Attributes:          attributes,
	}
}

type taskMetadataModel struct {
	Name types.String `tfsdk:"name"`
	codeModel
	URL               types.String              `tfsdk:"url"`
	Description       types.String              `tfsdk:"description"`
	Parameters        map[string]parameterModel `tfsdk:"parameters"`
	Defaults          types.Dynamic             `tfsdk:"defaults"`
	InputMethod       types.String              `tfsdk:"input_method"`
	SupportsNoop      types.Bool                `tfsdk:"supports_noop"`
	Private           types.Bool                `tfsdk:"private"`
	Remote            types.Bool                `tfsdk:"remote"`
	PuppetTaskVersion types.Int64               `tfsdk:"puppet_task_version"`
	Implementations   []implementationModel     `tfsdk:"implementations"`
	ModuleFiles       types.List                `tfsdk:"module_files"`
	Extensions        types.Dynamic             `tfsdk:"extensions"`
	Files             []taskFileModel           `tfsdk:"files"`
}

type implementationModel struct {
	Name         types.String `tfsdk:"name"`
	Requirements types.List   `tfsdk:"requirements"`
	InputMethod  types.String `tfsdk:"input_method"`
}

type taskFileModel struct {
	Filename    types.String `tfsdk:"filename"`
	Path        types.String `tfsdk:"path"`
	Environment types.String `tfsdk:"environment"`
	SHA256      types.String `tfsdk:"sha256"`
	SizeBytes   types.Int64  `tfsdk:"size_bytes"`
}

// Read implements [datasource.DataSource].
func (d *taskMetadataDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model taskMetadataModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	name := model.Name.ValueString()
	summary := "Task " + name + " was not read"
	if !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	task, err := d.Orchestrator.Task(ctx, model.environment(), name)
	if err != nil {
		similar := similarTask(ctx, d.Orchestrator, model.environment(), name, err)
		d.Report(&resp.Diagnostics, contentFailure(summary, err, prose.Paragraphs(similar, pe.OlderServer(err, "GET /tasks", "2017.3"))))
		return
	}
	model.Report(task.CodeID)
	model.URL = types.StringValue(d.Orchestrator.TaskURL(name))
	if problem := task.MetadataProblem(); problem != "" {
		resp.Diagnostics.AddAttributeWarning(path.Root("name"), fmt.Sprintf("The metadata of task %q is not valid", name), problem)
	}
	model.fill(task, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// fill fills in what the server reports about a task.
func (m *taskMetadataModel) fill(task orchestrator.Task, diags *diag.Diagnostics) {
	metadata := task.Metadata
	m.Description = tfvalue.StringOrNull(metadata.Description)
	m.InputMethod = tfvalue.StringOrNull(metadata.InputMethod)
	m.SupportsNoop = types.BoolValue(metadata.SupportsNoop)
	m.Private = types.BoolValue(metadata.Private)
	m.Remote = types.BoolValue(metadata.Remote)
	if metadata.PuppetTaskVersion > 0 {
		m.PuppetTaskVersion = types.Int64Value(metadata.PuppetTaskVersion)
	}
	m.ModuleFiles = tfvalue.StringList(metadata.Files)
	m.Extensions = tfvalue.FromGo(metadata.Extensions, "The extensions of the task cannot be read", diags)
	m.fillParameters(metadata.Parameters, diags)
	m.Implementations = make([]implementationModel, len(metadata.Implementations))
	for i, one := range metadata.Implementations {
		m.Implementations[i] = implementationModel{
			Name: types.StringValue(
				one.Name,
			),
			Requirements: tfvalue.StringList(one.Requirements),
			InputMethod:  tfvalue.StringOrNull(one.InputMethod),
		}
	}
	m.Files = make([]taskFileModel, len(task.Files))
	for i, file := range task.Files {
		m.Files[i] = taskFileModel{
			Filename: types.StringValue(
				file.Filename,
			),
			Path:        tfvalue.StringOrNull(file.URI.Path),
			Environment: tfvalue.StringOrNull(file.URI.Params.Environment),
			SHA256:      tfvalue.StringOrNull(file.SHA256),
			SizeBytes:   types.Int64Value(file.SizeBytes),
		}
	}
}

func (m *taskMetadataModel) fillParameters(parameters map[string]orchestrator.TaskParameter, diags *diag.Diagnostics) {
	defaults := tfvalue.Keyed{}
	if parameters != nil {
		m.Parameters = make(map[string]parameterModel, len(parameters))
	}
	for name, one := range parameters {
		m.Parameters[name] = parameterOf(one.Type, one.Description, one.Sensitive)
		if one.Default != nil {
			defaults.Add(name, one.Default, "The default of parameter "+name+" cannot be read", diags)
		}
	}
	m.Defaults = defaults.Value("Defaults of parameters", "They stay on the server.", diags)
}

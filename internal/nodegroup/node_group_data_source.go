// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ datasource.DataSourceWithConfigure        = (*nodeGroupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*nodeGroupDataSource)(nil)
)

type nodeGroupDataSource struct{ pe.DataSource }

func newNodeGroupDataSource() datasource.DataSource { return &nodeGroupDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *nodeGroupDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_node_group"
}

// Schema implements [datasource.DataSource].
func (d *nodeGroupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A node group of the classifier, found by name or id: which nodes are in it, and what it assigns to them. " +
			"It has its own values, none that it inherits from the groups above it. Its `id` is what `scope.node_group` of a job, " +
			"`node_groups` of a task-target and the `instance` of a permission on node groups take.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Id (UUID) of the group. Exactly one of `id` and `name` is needed.",
			},
			"name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of the group, in its exact spelling. Exactly one of `id` and `name` is needed.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"environment": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Environment that the group assigns, or `agent-specified`. Names are unique within an " +
					"environment: where several have a group of the name, this says which one is meant. It needs `name`. The default " +
					"is any environment.",
				Validators: []validator.String{validate.NotBlank()},
			},
			"environment_trumps": schema.BoolAttribute{
				Computed: true,
				MarkdownDescription: "Whether the group is an environment group: its environment wins over that of other groups to " +
					"which a node belongs.",
			},
			"parent": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the group above. All Nodes is its own " +
				"parent."},
			"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What the group is for, null for no description."},
			"rule": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "The rule as the classifier has it, such as `[\"or\", [\"=\", [\"fact\", \"role\"], \"web\"], " +
					"[\"=\", \"name\", \"node1.example.com\"]]`, in which nodes that are pinned are comparisons with `name`. Null for " +
					"a group without a rule.",
			},
			"classes": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "The classes that the group assigns, an object with an object of parameters for each. Values are " +
					"in the state as they are. " + tfvalue.ForeignForm,
			},
			"config_data": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "Values for parameters of classes that are assigned elsewhere, in the form of `classes`. Empty " +
					"where the server has them switched off.",
			},
			"variables": schema.DynamicAttribute{Computed: true, MarkdownDescription: "The top-scope variables that the group sets, an " +
				"object."},
			"nodes": schema.ListAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "The certnames that match the rule of the group and those of all groups above it, sorted. Null on " +
					"servers that cannot say, as PE 2019.8 cannot.",
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, historyAttributes())
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *nodeGroupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		datasourcevalidator.Conflicting(path.MatchRoot("id"), path.MatchRoot("environment")),
	}
}

type nodeGroupDataModel struct {
	ID                types.String  `tfsdk:"id"`
	Name              types.String  `tfsdk:"name"`
	Environment       types.String  `tfsdk:"environment"`
	EnvironmentTrumps types.Bool    `tfsdk:"environment_trumps"`
	Parent            types.String  `tfsdk:"parent"`
	Description       types.String  `tfsdk:"description"`
	Rule              types.Dynamic `tfsdk:"rule"`
	Classes           types.Dynamic `tfsdk:"classes"`
	ConfigData        types.Dynamic `tfsdk:"config_data"`
	Variables         types.Dynamic `tfsdk:"variables"`
	Nodes             types.List    `tfsdk:"nodes"`
	groupHistory
}

// Read implements [datasource.DataSource].
func (d *nodeGroupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model nodeGroupDataModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("The node group was not read", &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("id"), model.ID, validate.GroupID(), &resp.Diagnostics) {
		return
	}
	group, ok := d.find(ctx, model, &resp.Diagnostics)
	if !ok {
		return
	}
	model, err := newNodeGroupDataModel(group)
	if err != nil {
		resp.Diagnostics.AddError("The node group was not read", prose.Sentence(err.Error()))
		return
	}
	model.Nodes = d.nodes(ctx, group.ID, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// find finds the group, or reports why it cannot.
func (d *nodeGroupDataSource) find(ctx context.Context, model nodeGroupDataModel, diags *diag.Diagnostics) (classifier.Group, bool) {
	if model.ID.IsNull() {
		return byName(ctx, d.Clients, model.Name.ValueString(), model.Environment.ValueString(), diags, func(summary, detail string) {
			diags.AddAttributeError(path.Root("name"), summary, detail)
		})
	}
	id := model.ID.ValueString()
	group, err := d.Classifier.Group(ctx, id)
	switch {
	case classifier.IsUnknown(err):
		diags.AddAttributeError(path.Root("id"), "There is no node group "+id, "No node group of this Puppet Enterprise has this id. "+
			"The id of a group is in the address of its page in the console; with `name`, it is found by its name.")
	case err != nil:
		d.Report(diags, pe.Failure{Summary: "Node group " + id + " was not read", Err: err, Advice: advice})
	}
	return group, err == nil
}

// nodes are the nodes of a group, null on a server that cannot say.
func (d *nodeGroupDataSource) nodes(ctx context.Context, id string, diags *diag.Diagnostics) types.List {
	names, err := d.Classifier.Nodes(ctx, id)
	if httpapi.NotFound(err) {
		return types.ListNull(types.StringType)
	}
	if err != nil {
		d.Report(diags, pe.Failure{Summary: "The nodes of the node group were not read", Err: err, Advice: advice})
	}
	return tfvalue.StringList(names)
}

func newNodeGroupDataModel(group classifier.Group) (model nodeGroupDataModel, err error) {
	model = nodeGroupDataModel{
		ID: types.StringValue(group.ID), Name: types.StringValue(group.Name), Environment: types.StringValue(group.Environment),
		EnvironmentTrumps: types.BoolValue(group.EnvironmentTrumps), Parent: types.StringValue(group.Parent),
		Description: types.StringPointerValue(group.Description),
		Classes:     foreign(group.Classes), ConfigData: foreign(group.ConfigData), Variables: foreign(group.Variables),
		groupHistory: newGroupHistory(group),
	}
	model.Rule, err = tfvalue.FromJSON(group.Rule)
	return model, err
}

// foreign is an object of the classifier as a value; an empty one where the server has left it out.
func foreign[V any](object map[string]V) types.Dynamic {
	if object == nil {
		object = map[string]V{}
	}
	return types.DynamicValue(tfvalue.FromForeign(tfvalue.AsRead(object)).Value)
}

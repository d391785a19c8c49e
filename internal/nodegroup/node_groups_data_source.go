// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*nodeGroupsDataSource)(nil)

type nodeGroupsDataSource struct{ pe.DataSource }

func newNodeGroupsDataSource() datasource.DataSource { return &nodeGroupsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *nodeGroupsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_node_groups"
}

// Schema implements [datasource.DataSource].
func (d *nodeGroupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	item := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Id (UUID) of the group."},
		"name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the group, unique within its " +
			"environment."},
		"parent": schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the group above. All Nodes is " +
			"its own parent."},
		"environment": schema.StringAttribute{Computed: true, MarkdownDescription: "Environment that the group assigns."},
		"environment_trumps": schema.BoolAttribute{
			Computed:            true,
			MarkdownDescription: "Whether the group is an environment group.",
		},
		"description": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "What the group is for, null for no description.",
		},
		"classes": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Names of the classes that the group itself assigns, sorted.",
		},
	}
	maps.Copy(item, historyAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "The node groups that the user of the token may view, sorted by name. `data.pe_node_group` has all about one.",
		Attributes: map[string]schema.Attribute{
			"environment": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only groups that assign this environment. The default is all.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"parent": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id (UUID) of a group: only the groups directly below it. The default is all.",
			},
			"groups": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The groups.",
				NestedObject:        schema.NestedAttributeObject{Attributes: item},
			},
		},
	}
}

type nodeGroupsModel struct {
	Environment types.String    `tfsdk:"environment"`
	Parent      types.String    `tfsdk:"parent"`
	Groups      []nodeGroupItem `tfsdk:"groups"`
}

type nodeGroupItem struct {
	ID                types.String `tfsdk:"id"`
	Name              types.String `tfsdk:"name"`
	Parent            types.String `tfsdk:"parent"`
	Environment       types.String `tfsdk:"environment"`
	EnvironmentTrumps types.Bool   `tfsdk:"environment_trumps"`
	Description       types.String `tfsdk:"description"`
	Classes           types.List   `tfsdk:"classes"`
	groupHistory
}

// Read implements [datasource.DataSource].
func (d *nodeGroupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The node groups were not read"
	var model nodeGroupsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("parent"), model.Parent, validate.GroupID(), &resp.Diagnostics) {
		return
	}
	groups, err := d.Classifier.Groups(ctx)
	if err != nil {
		d.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err, Advice: advice})
		return
	}
	model.Groups = []nodeGroupItem{}
	for _, group := range groups {
		if model.selects(group) {
			model.Groups = append(model.Groups, newNodeGroupItem(group))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// selects reports whether a group is one of those that were asked for.
func (m nodeGroupsModel) selects(group classifier.Group) bool {
	if !m.Environment.IsNull() && m.Environment.ValueString() != group.Environment {
		return false
	}
	return m.Parent.IsNull() || m.Parent.ValueString() == group.Parent && group.ID != group.Parent
}

func newNodeGroupItem(group classifier.Group) nodeGroupItem {
	return nodeGroupItem{
		ID: types.StringValue(group.ID), Name: types.StringValue(group.Name), Parent: types.StringValue(group.Parent),
		Environment: types.StringValue(group.Environment), EnvironmentTrumps: types.BoolValue(group.EnvironmentTrumps),
		Description: types.StringPointerValue(group.Description), Classes: tfvalue.StringList(slices.Sorted(maps.Keys(group.Classes))),
		groupHistory: newGroupHistory(group),
	}
}

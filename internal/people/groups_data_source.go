// SPDX-License-Identifier: MPL-2.0

package people

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

var _ datasource.DataSourceWithConfigure = (*groupsDataSource)(nil)

type groupsDataSource struct{ pe.DataSource }

func newGroupsDataSource() datasource.DataSource { return &groupsDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *groupsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_groups"
}

// Schema implements [datasource.DataSource].
func (d *groupsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The directory groups that Puppet Enterprise knows, by login. They are groups of people; node groups are " +
			"something else. All data sources of an apply that look for groups share one list.",
		Attributes: map[string]schema.Attribute{
			"role_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Number of a role: only groups that have it. The default is all.",
			},
			"ids": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Ids (UUIDs) of the groups by their logins, to look many of them up: `data.pe_groups.all.ids[\"webteam\"]`.",
			},
			"groups": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The groups, sorted by login.",
				NestedObject: schema.NestedAttributeObject{Attributes: groupAttributes()},
			},
		},
	}
}

type groupsModel struct {
	RoleID types.String      `tfsdk:"role_id"`
	IDs    map[string]string `tfsdk:"ids"`
	Groups []groupItem       `tfsdk:"groups"`
}

// Read implements [datasource.DataSource].
func (d *groupsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The groups were not read"
	var model groupsModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("role_id"), model.RoleID, validate.RoleID(), &resp.Diagnostics) {
		return
	}
	groups, err := d.RBAC.SharedGroups(ctx)
	if err != nil {
		d.Report(&resp.Diagnostics, groupFailure(summary, err))
		return
	}
	model.IDs, model.Groups = map[string]string{}, []groupItem{}
	for _, group := range groups {
		if selectsRole(model.RoleID, group.RoleIDs) {
			model.IDs[group.Login] = group.ID
			model.Groups = append(model.Groups, newGroupItem(group))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

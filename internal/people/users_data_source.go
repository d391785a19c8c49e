// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*usersDataSource)(nil)

type usersDataSource struct{ pe.DataSource }

func newUsersDataSource() datasource.DataSource { return &usersDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *usersDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_users"
}

// Schema implements [datasource.DataSource].
func (d *usersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The users of Puppet Enterprise, by login. Users of a directory are there once they have logged in for the " +
			"first time. All data sources of an apply that look for users share one list.",
		Attributes: map[string]schema.Attribute{
			"role_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Number of a role: only users who have it directly, or through a directory group. The default is all.",
			},
			"remote": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true` for users of a directory only, `false` for local users only. The default is both.",
			},
			"include_revoked": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to list users who are revoked, too. The default is `true`.",
			},
			"ids": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Ids (UUIDs) of the users by their logins, to look many of them up: `data.pe_users.all.ids[\"dana\"]`.",
			},
			"users": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The users, sorted by login.",
				NestedObject: schema.NestedAttributeObject{Attributes: userAttributes()},
			},
		},
	}
}

type usersModel struct {
	RoleID         types.String      `tfsdk:"role_id"`
	Remote         types.Bool        `tfsdk:"remote"`
	IncludeRevoked types.Bool        `tfsdk:"include_revoked"`
	IDs            map[string]string `tfsdk:"ids"`
	Users          []userItem        `tfsdk:"users"`
}

// Read implements [datasource.DataSource].
func (d *usersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The users were not read"
	var model usersModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("role_id"), model.RoleID, validate.RoleID(), &resp.Diagnostics) {
		return
	}
	users, err := d.RBAC.SharedUsers(ctx)
	if err != nil {
		d.Report(&resp.Diagnostics, userFailure(summary, err))
		return
	}
	model.IDs, model.Users = map[string]string{}, []userItem{}
	for _, user := range users {
		if model.selects(user) {
			model.IDs[user.Login] = user.ID
			model.Users = append(model.Users, newUserItem(user))
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// selects reports whether a user is one of those who were asked for.
func (m usersModel) selects(user rbac.User) bool {
	switch {
	case !m.Remote.IsNull() && m.Remote.ValueBool() != user.IsRemote:
		return false
	case !m.IncludeRevoked.IsNull() && !m.IncludeRevoked.ValueBool() && user.IsRevoked:
		return false
	default:
		return selectsRole(m.RoleID, user.RoleIDs) || selectsRole(m.RoleID, user.InheritedRoleIDs)
	}
}

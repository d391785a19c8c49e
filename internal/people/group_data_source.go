// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ datasource.DataSource                     = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*groupDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*groupDataSource)(nil)
)

type groupDataSource struct{ pe.DataSource }

func newGroupDataSource() datasource.DataSource { return &groupDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *groupDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_group"
}

// Schema implements [datasource.DataSource].
func (d *groupDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := groupAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Id (UUID) of the group. Exactly one of `id` and `login` is needed.",
	}
	attributes["login"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name of the group in the directory, in its exact spelling. Exactly one of `id` and `login` is needed.",
		Validators:          []validator.String{validate.NotBlank()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A directory group that Puppet Enterprise knows, found by login or id. It is a group of people; node groups are " +
			"something else.",
		Attributes: attributes,
	}
}

// groupAttributes are what is known of a group.
func groupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "Id (UUID) of the group."},
		"login":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the group in the directory."},
		"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the group for people."},
		"role_ids": schema.SetAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Numbers of the roles that the group has.",
		},
		"user_ids": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Ids of the users in the group who have logged in to Puppet Enterprise.",
		},
		"identity_provider_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Id (UUID) of the LDAP or SAML provider that the group comes from. Null on servers that do not say.",
		},
	}
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *groupDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("login"))}
}

type groupItem struct {
	ID          types.String `tfsdk:"id"`
	Login       types.String `tfsdk:"login"`
	DisplayName types.String `tfsdk:"display_name"`
	RoleIDs     types.Set    `tfsdk:"role_ids"`
	UserIDs     types.Set    `tfsdk:"user_ids"`

	IdentityProviderID types.String `tfsdk:"identity_provider_id"`
}

// Read implements [datasource.DataSource].
func (d *groupDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model groupItem
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("The group was not read", &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("id"), model.ID, validate.SubjectID("group"), &resp.Diagnostics) {
		return
	}
	group, ok := d.lookUp().find(ctx, d.Clients, model.ID, model.Login, &resp.Diagnostics)
	if !ok {
		return
	}
	model = newGroupItem(group)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *groupDataSource) lookUp() lookUp[rbac.Group] {
	return lookUp[rbac.Group]{
		noun: "Group", unknown: "No directory group that this Puppet Enterprise knows has",
		hint:      "Groups of the directory must be imported first: with a pe_directory_group, or in the console under User groups.",
		withLogin: d.RBAC.GroupWithLogin, withID: d.RBAC.Group,
	}
}

func newGroupItem(group rbac.Group) groupItem {
	return groupItem{
		ID: types.StringValue(group.ID), Login: types.StringValue(group.Login), DisplayName: types.StringValue(group.DisplayName),
		RoleIDs: roleSet(group.RoleIDs), UserIDs: tfvalue.StringSet(group.UserIDs),
		IdentityProviderID: tfvalue.StringOrNull(group.IdentityProviderID),
	}
}

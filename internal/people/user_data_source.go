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
	_ datasource.DataSource                     = (*userDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*userDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*userDataSource)(nil)
)

type userDataSource struct{ pe.DataSource }

func newUserDataSource() datasource.DataSource { return &userDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *userDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_user"
}

// Schema implements [datasource.DataSource].
func (d *userDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := userAttributes()
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Id (UUID) of the user. Exactly one of `id` and `login` is needed.",
	}
	attributes["login"] = schema.StringAttribute{
		Optional: true, Computed: true,
		MarkdownDescription: "Name by which the user logs in, in its exact spelling. Exactly one of `id` and `login` is needed.",
		Validators:          []validator.String{validate.NotBlank()},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A user, found by login or id. Users of a directory are there once they have logged in for the first time.",
		Attributes:          attributes,
	}
}

// userAttributes are what is known of a user.
func userAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":           schema.StringAttribute{Computed: true, MarkdownDescription: "Id (UUID) of the user."},
		"login":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name by which the user logs in."},
		"display_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the user for people."},
		"email":        schema.StringAttribute{Computed: true, MarkdownDescription: "Mail address, null if the server has none."},
		"role_ids": schema.SetAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Numbers of the roles that the user has directly.",
		},
		"inherited_role_ids": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Numbers of the roles that the user has through directory groups.",
		},
		"group_ids": schema.SetAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "Ids of the directory groups that the user is in.",
		},
		"is_remote":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user comes from a directory."},
		"is_superuser": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user may do everything."},
		"is_revoked":   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the user may not log in."},
		"last_login": schema.StringAttribute{
			Computed: true, MarkdownDescription: "When the user last logged in, as the server gives it. Null for never.",
		},
		"identity_provider_id": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "Id (UUID) of the LDAP or SAML provider that the user comes from. Null for local users, and on servers that " +
				"do not say.",
		},
	}
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *userDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("login"))}
}

type userItem struct {
	ID               types.String `tfsdk:"id"`
	Login            types.String `tfsdk:"login"`
	DisplayName      types.String `tfsdk:"display_name"`
	Email            types.String `tfsdk:"email"`
	RoleIDs          types.Set    `tfsdk:"role_ids"`
	InheritedRoleIDs types.Set    `tfsdk:"inherited_role_ids"`
	GroupIDs         types.Set    `tfsdk:"group_ids"`
	IsRemote         types.Bool   `tfsdk:"is_remote"`
	IsSuperuser      types.Bool   `tfsdk:"is_superuser"`
	IsRevoked        types.Bool   `tfsdk:"is_revoked"`
	LastLogin        types.String `tfsdk:"last_login"`

	IdentityProviderID types.String `tfsdk:"identity_provider_id"`
}

// Read implements [datasource.DataSource].
func (d *userDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model userItem
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("The user was not read", &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("id"), model.ID, validate.SubjectID("user"), &resp.Diagnostics) {
		return
	}
	user, ok := d.lookUp().find(ctx, d.Clients, model.ID, model.Login, &resp.Diagnostics)
	if !ok {
		return
	}
	model = newUserItem(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *userDataSource) lookUp() lookUp[rbac.User] {
	return lookUp[rbac.User]{
		noun: "User", unknown: "No user of this Puppet Enterprise has",
		hint:      "Users of a directory are there once they have logged in for the first time.",
		withLogin: d.RBAC.UserWithLogin, withID: d.RBAC.User,
	}
}

func newUserItem(user rbac.User) userItem {
	return userItem{
		ID:               types.StringValue(user.ID),
		Login:            types.StringValue(user.Login),
		DisplayName:      types.StringValue(user.DisplayName),
		Email:            tfvalue.StringOrNull(user.Email),
		RoleIDs:          roleSet(user.RoleIDs),
		InheritedRoleIDs: roleSet(user.InheritedRoleIDs),
		GroupIDs:         tfvalue.StringSet(user.GroupIDs),
		IsRemote: types.BoolValue(
			user.IsRemote,
		),
		IsSuperuser: types.BoolValue(user.IsSuperuser),
		IsRevoked:   types.BoolValue(user.IsRevoked),
		LastLogin:   types.StringPointerValue(user.LastLogin),

		IdentityProviderID: tfvalue.StringOrNull(user.IdentityProviderID),
	}
}

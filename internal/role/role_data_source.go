// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ datasource.DataSource                     = (*roleDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*roleDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*roleDataSource)(nil)
)

type roleDataSource struct {
	pe.DataSource
	*roleState
}

func newRoleDataSource(shared *roleState) datasource.DataSource {
	return &roleDataSource{roleState: shared}
}

// Metadata implements [datasource.DataSource].
func (d *roleDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_role"
}

// Schema implements [datasource.DataSource].
func (d *roleDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A role, found by its number or its name. The user of the token sees only roles that it may edit.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Number of the role. Exactly one of `id` and `display_name` is needed.",
			},
			"display_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of the role, in its exact spelling. Exactly one of `id` and `display_name` is needed.",
				Validators:          []validator.String{validate.NotBlank()},
			},
			"description": schema.StringAttribute{Computed: true, MarkdownDescription: "What the role is for, null if it does not say."},
			"permissions": schema.SetAttribute{
				Computed:    true,
				ElementType: permission.Type(),
				MarkdownDescription: "All that the role permits: `object_type` is the system name of what a permission is about, `action` that " +
					"of what may be done, and `instance` what it may be done with; `*` is everything.",
			},
			"user_ids": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ids of the users who have the " +
				"role directly."},
			"group_ids": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ids of the directory groups " +
				"whose users have the role."},
		},
	}
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *roleDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("display_name"))}
}

// Read implements [datasource.DataSource].
func (d *roleDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model roleModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready("The role was not read", &resp.Diagnostics) ||
		!validate.Reference(ctx, path.Root("id"), model.ID, validate.RoleID(), &resp.Diagnostics) {
		return
	}
	role, ok := d.find(ctx, model, &resp.Diagnostics)
	if !ok {
		return
	}
	model.update(role)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// find finds the role, or reports why it cannot.
func (d *roleDataSource) find(ctx context.Context, model roleModel, diags *diag.Diagnostics) (rbac.Role, bool) {
	if !model.ID.IsNull() {
		role, ok := readRole(ctx, d.Clients, &d.seen, model.ID, "Role "+model.ID.ValueString()+" was not read", diags)
		if !ok && !diags.HasError() {
			diags.AddAttributeError(path.Root("id"), "There is no role "+model.ID.ValueString(), "It may have been deleted, or its number may "+
				"be that of a role on another Puppet Enterprise.")
		}
		return role, ok
	}
	role, ok, err := d.RBAC.RoleNamed(ctx, model.DisplayName.ValueString())
	if err != nil {
		d.Report(diags, pe.Failure{Summary: "Role " + model.DisplayName.String() + " was not read", Err: err, Advice: roleAdvice})
		return role, false
	}
	if !ok {
		diags.AddAttributeError(path.Root("display_name"), "There is no role "+model.DisplayName.String(),
			"No role that the user of the token may see has exactly this display name."+d.similar(ctx, model.DisplayName.ValueString()))
	}
	return role, ok
}

// similar asks whether another role was meant. Its list is the one that the role was looked for in.
func (d *roleDataSource) similar(ctx context.Context, name string) string {
	roles, err := d.RBAC.SharedRoles(ctx)
	if err != nil {
		return ""
	}
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = role.DisplayName
	}
	if meant := prose.Nearest(name, names); meant != "" {
		return fmt.Sprintf(" Did you mean %q?", meant)
	}
	return ""
}

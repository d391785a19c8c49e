// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ list.ListResourceWithConfigure = (*directoryGroupList)(nil)

// directoryGroupList lists directory groups, as the resource reads them.
type directoryGroupList struct{ directoryGroupResource }

func newDirectoryGroupList() list.ListResource { return &directoryGroupList{} }

// roleFilter are the arguments of the list resources of this area.
type roleFilter struct {
	RoleID types.String `tfsdk:"role_id"`
}

func roleFilterSchema(description, what string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{"role_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Number of a role: only " + what + " that have it directly. The default is all.",
		}},
	}
}

// read reads the filter, and reports whether it makes sense.
func (f *roleFilter) read(ctx context.Context, req list.ListRequest, diags *diag.Diagnostics) bool {
	diags.Append(tfvalue.Decode(ctx, req.Config, f)...)
	return !diags.HasError() && validate.Reference(ctx, path.Root("role_id"), f.RoleID, validate.RoleID(), diags)
}

// selects reports whether somebody with roles is asked for.
func (f roleFilter) selects(roles []int64) bool { return selectsRole(f.RoleID, roles) }

// ListResourceConfigSchema implements [list.ListResource].
func (l *directoryGroupList) ListResourceConfigSchema(
	_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse,
) {
	resp.Schema = roleFilterSchema("Directory groups that Puppet Enterprise knows, by login.", "groups")
}

// List implements [list.ListResource].
func (l *directoryGroupList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Groups were not listed"
	var filter roleFilter
	var found []query.Found
	var diags diag.Diagnostics
	if filter.read(ctx, req, &diags) && l.Ready(summary, &diags) {
		groups, err := l.RBAC.SharedGroups(ctx)
		if err != nil {
			l.Report(&diags, groupFailure(summary, err))
		}
		for _, group := range groups {
			if filter.selects(group.RoleIDs) {
				var model directoryGroupModel
				model.update(group, false)
				found = append(found, query.Found{
					Title: group.Login, Identity: identity.Of(group.ID), Record: func(*diag.Diagnostics) any { return model },
				})
			}
		}
	}
	query.Answer(ctx, req, stream, "groups", found, diags)
}

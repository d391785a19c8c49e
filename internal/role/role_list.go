// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

var _ list.ListResourceWithConfigure = (*roleList)(nil)

// roleList lists roles, as the resource reads them.
type roleList struct{ roleResource }

func newRoleList(shared *roleState) list.ListResource {
	return &roleList{roleResource{roleBase: roleBase{roleState: shared}}}
}

// ListResourceConfigSchema implements [list.ListResource].
func (l *roleList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Roles that the user of the token may see, with their permissions, users and groups.",
		Attributes: map[string]schema.Attribute{
			"include_built_in": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to list the roles that every Puppet Enterprise has, such as Administrators, too. Of these, only " +
					"who has them can be managed. The default is `false`.",
			},
		},
	}
}

// List implements [list.ListResource].
func (l *roleList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Roles were not listed"
	var filter struct {
		IncludeBuiltIn types.Bool `tfsdk:"include_built_in"`
	}
	var found []query.Found
	diags := tfvalue.Decode(ctx, req.Config, &filter)
	if !diags.HasError() && l.Ready(summary, &diags) {
		roles, err := l.RBAC.Roles(ctx)
		if err != nil {
			l.Report(&diags, pe.Failure{Summary: summary, Err: err, Advice: roleAdvice})
		}
		for _, role := range roles {
			if isBuiltInName(role.DisplayName) && !filter.IncludeBuiltIn.ValueBool() {
				continue
			}
			var model roleModel
			model.update(role)
			found = append(found, query.Found{
				Title: role.DisplayName, Identity: identity.Model{ID: model.ID}, Record: func(*diag.Diagnostics) any { return model },
			})
		}
	}
	query.Answer(ctx, req, stream, "roles", found, diags)
}

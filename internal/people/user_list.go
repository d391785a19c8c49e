// SPDX-License-Identifier: MPL-2.0

package people

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
)

var _ list.ListResourceWithConfigure = (*userList)(nil)

// userList lists local users, as the resource reads them.
type userList struct{ userResource }

func newUserList() list.ListResource { return &userList{} }

// ListResourceConfigSchema implements [list.ListResource].
func (l *userList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = roleFilterSchema("Local users, by login. Users of a directory and the accounts that every Puppet Enterprise has are left "+
		"out, because `pe_user` cannot manage them.", "users")
}

// List implements [list.ListResource].
func (l *userList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const summary = "Users were not listed"
	var filter roleFilter
	var found []query.Found
	var diags diag.Diagnostics
	if filter.read(ctx, req, &diags) && l.Ready(summary, &diags) {
		users, err := l.RBAC.SharedUsers(ctx)
		if err != nil {
			l.Report(&diags, userFailure(summary, err))
		}
		for _, user := range users {
			if isLocal(user) && filter.selects(user.RoleIDs) {
				var model userModel
				model.update(user)
				found = append(found, query.Found{
					Title: user.Login, Identity: identity.Of(user.ID), Record: func(*diag.Diagnostics) any { return model },
				})
			}
		}
	}
	query.Answer(ctx, req, stream, "users", found, diags)
}

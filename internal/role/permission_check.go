// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/permission"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// checkPermissions checks permissions against the server's types. It skips parts that are not known yet, and everything when the server
// does not answer. at returns the path of the attribute that holds a part.
func (c *roleBase) checkPermissions(
	ctx context.Context,
	at func(part string) path.Path,
	permissions []permission.Model,
	diags *diag.Diagnostics,
) {
	if len(c.Unknown) > 0 || len(permissions) == 0 {
		return
	}
	c.metadata.CheckPermitted(ctx, c.Clients, permittedTasks(at(permission.Instance), permissions), false, diags)
	types, err := c.types.Get(ctx, c.RBAC.Types)
	if err != nil && ctx.Err() == nil {
		c.warnUncheckedPermissions(err, diags)
	}
	if len(types) == 0 {
		return
	}
	for _, permission := range permissions {
		if part, problem := permission.Problem(types); problem != "" {
			diags.AddAttributeError(at(part), "The server does not know this permission", fmt.Sprintf("`%s`: %s", part, problem))
		}
	}
}

// permittedTasks are the tasks that permissions to run one name.
func permittedTasks(at path.Path, permissions []permission.Model) (tasks []workload.PermittedTask) {
	for _, p := range permissions {
		name := p.Instance.ValueString()
		if p.ObjectType.ValueString() == "tasks" && p.Action.ValueString() == "run" && name != "" && name != rbac.AnyInstance {
			tasks = append(tasks, workload.PermittedTask{Name: name, At: at})
		}
	}
	return tasks
}

// warnUncheckedPermissions says that permissions go unchecked, and why.
func (c *roleBase) warnUncheckedPermissions(err error, diags *diag.Diagnostics) {
	remedy := c.Remedy(pe.Failure{Err: err})
	if pe.IsForbidden(err) {
		remedy = "The user of the token may not read the types of permissions. Check the names carefully, or plan as a user who may read them."
	}
	diags.AddWarning("Permissions were not checked", prose.Paragraphs(
		c.Explain(err),
		"Permissions are therefore not compared with the server's types before the apply, so that one that the server does not know only "+
			"shows then. "+remedy,
		"This is reported once for all resources."))
}

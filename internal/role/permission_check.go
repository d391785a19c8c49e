// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// The parts of a permission, named after their attributes.
const (
	partObjectType = "object_type"
	partAction     = "action"
	partInstance   = "instance"
)

// checkPermissions checks permissions against the server's types. It skips parts that are not known yet, and everything when the server
// does not answer. at returns the path of the attribute that holds a part.
func (c *roleBase) checkPermissions(
	ctx context.Context,
	at func(part string) path.Path,
	permissions []permissionModel,
	diags *diag.Diagnostics,
) {
	if len(c.Unknown) > 0 || len(permissions) == 0 {
		return
	}
	c.metadata.CheckPermitted(ctx, c.Clients, permittedTasks(at(partInstance), permissions), false, diags)
	types, err := c.types.Get(ctx, c.RBAC.Types)
	if err != nil && ctx.Err() == nil {
		c.warnUncheckedPermissions(err, diags)
	}
	if len(types) == 0 {
		return
	}
	for _, permission := range permissions {
		if part, problem := permission.problem(types); problem != "" {
			diags.AddAttributeError(at(part), "The server does not know this permission", fmt.Sprintf("`%s`: %s", part, problem))
		}
	}
}

// permittedTasks are the tasks that permissions to run one name.
func permittedTasks(at path.Path, permissions []permissionModel) (tasks []workload.PermittedTask) {
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

// problem returns which part of a permission is wrong, and why, or "".
func (m permissionModel) problem(types []rbac.ObjectType) (part, problem string) {
	if m.ObjectType.IsUnknown() {
		return "", ""
	}
	name := m.ObjectType.ValueString()
	i := slices.IndexFunc(types, func(t rbac.ObjectType) bool { return t.ObjectType == name })
	if i < 0 {
		return partObjectType, fmt.Sprintf("There is no object type %q. %s", name, systemNames("object type", name, typeNames(types)))
	}
	if m.Action.IsUnknown() {
		return "", ""
	}
	actions := types[i].Actions
	j := slices.IndexFunc(actions, func(a rbac.Action) bool { return a.Name == m.Action.ValueString() })
	if j < 0 {
		return partAction, fmt.Sprintf(
			"The object type %q has no action %q. %s",
			name,
			m.Action.ValueString(),
			systemNames("action", m.Action.ValueString(), actionNames(actions)),
		)
	}
	if instance := m.Instance; !instance.IsUnknown() && !actions[j].HasInstances && instance.ValueString() != rbac.AnyInstance {
		return partInstance, fmt.Sprintf("%s:%s cannot be limited to %q, because the action has no instances. Its `instance` must be %q.",
			name, m.Action.ValueString(), instance.ValueString(), rbac.AnyInstance)
	}
	return "", ""
}

// shownName is the system name of an object type or action, and its name in the console.
type shownName struct{ system, display string }

func typeNames(types []rbac.ObjectType) (names []shownName) {
	for _, t := range types {
		names = append(names, shownName{t.ObjectType, t.DisplayName})
	}
	return names
}

func actionNames(actions []rbac.Action) (names []shownName) {
	for _, a := range actions {
		names = append(names, shownName{a.Name, a.DisplayName})
	}
	return names
}

// systemNames says which name was meant when a display name was given, or else which names exist.
func systemNames(what, given string, names []shownName) string {
	all := make([]string, len(names))
	for i, n := range names {
		if strings.EqualFold(n.display, given) || strings.EqualFold(n.system, given) {
			return fmt.Sprintf("The system name of the %s %q is %q.", what, n.display, n.system)
		}
		all[i] = n.system
	}
	slices.Sort(all)
	if similar := prose.Nearest(given, all); similar != "" {
		return fmt.Sprintf("Did you mean %q? The server knows: %s.", similar, prose.Names(all))
	}
	return "The server knows: " + prose.Names(all) + "."
}

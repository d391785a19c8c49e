// SPDX-License-Identifier: MPL-2.0

package permission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// Problem returns which part of a permission is wrong, and why, or "".
func (m Model) Problem(types []rbac.ObjectType) (part, problem string) {
	if m.ObjectType.IsUnknown() {
		return "", ""
	}
	name := m.ObjectType.ValueString()
	i := slices.IndexFunc(types, func(t rbac.ObjectType) bool { return t.ObjectType == name })
	if i < 0 {
		return ObjectType, fmt.Sprintf("There is no object type %q. %s", name, systemNames("object type", name, typeNames(types)))
	}
	if m.Action.IsUnknown() {
		return "", ""
	}
	actions := types[i].Actions
	j := slices.IndexFunc(actions, func(a rbac.Action) bool { return a.Name == m.Action.ValueString() })
	if j < 0 {
		return Action, fmt.Sprintf(
			"The object type %q has no action %q. %s",
			name,
			m.Action.ValueString(),
			systemNames("action", m.Action.ValueString(), actionNames(actions)),
		)
	}
	if instance := m.Instance; !instance.IsUnknown() && !actions[j].HasInstances && instance.ValueString() != rbac.AnyInstance {
		return Instance, fmt.Sprintf("%s:%s cannot be limited to %q, because the action has no instances. Its `instance` must be %q.",
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

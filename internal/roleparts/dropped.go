// SPDX-License-Identifier: MPL-2.0

package roleparts

import (
	"fmt"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
)

// Drop notes that a resource which has asked for a part no longer does so, and reports whether something asks for it that needs no change,
// so that an apply does not see it.
func (p *Parts) Drop(w asked.Walk, part Part) (resting bool) { return p.asked.Drop(w, part) }

// Rest notes that something which needs no change asks for parts. It saves those that a resource of the same walk drops, and returns those
// of which the apply will not know.
func (p *Parts) Rest(w asked.Walk, parts ...Part) (lost []Part) { return p.asked.Rest(w, parts...) }

// Loss says that a role may lose a part for which an attribute asks, because a resource that has asked for it as well drops it.
func Loss(part Part, attribute string) (summary, detail string) {
	kind, what := Single(part)
	return fmt.Sprintf("Role %s may lose the %s until the next apply", part.Role, what), fmt.Sprintf(
		"A %[1]s that this plan destroys or changes has asked for the %[2]s, for which `%[3]s` asks here. The role has it already, so that "+
			"there is nothing to do here, and applying this plan may take it away together with the %[1]s: a saved plan does. The next apply "+
			"gives it back.\n\nEither apply twice; or have the state forget the %[1]s, with a `removed` block that has `lifecycle { destroy = "+
			"false }`, and plan again.", kind, what, attribute)
}

// Single returns the resource that manages a single part, and what the part is.
func Single(part Part) (kind, what string) {
	switch part.Aspect {
	case Permissions:
		return "pe_role_permission", "permission " + part.Name
	case Groups:
		return "pe_role_membership", "group " + part.Name
	default:
		return "pe_role_membership", "user " + part.Name
	}
}

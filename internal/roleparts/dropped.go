// SPDX-License-Identifier: MPL-2.0

package roleparts

import (
	"fmt"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/relay"
)

// Walk is one walk of core through the configuration, for one server.
type Walk struct {
	// ID is any value that identifies the walk.
	ID     any
	Server string
	// Relay passes something from the plan to the apply of the same command, nil for nothing.
	Relay *relay.Relay
}

// Save has the apply of this command know that the configuration asks for a part that a resource drops, and reports whether it will. The
// apply does not see for itself what needs no change.
func (w Walk) Save(part Part) bool { return w.Relay.Leave(w.about(part), []string{part.Name}) }

// Saved reports whether the plan of this command has saved a part.
func (w Walk) Saved(part Part) bool { return w.Relay.Holds(w.about(part), []string{part.Name}) }

func (w Walk) about(part Part) string {
	return strings.Join([]string{"role", part.Role, string(part.Aspect), part.Name, "at", w.Server}, " ")
}

// Drop notes that a resource which has asked for a part no longer does so. kept is whether the configuration asks for it elsewhere, and
// resting whether that needs no change, so that an apply does not see it.
func (p *Parts) Drop(w Walk, part Part) (kept, resting bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.beginWalk(w.ID)
	p.dropped[part] = true
	return p.keeps(part), p.resting[part]
}

// Rest notes that something which needs no change asks for parts. It saves those that a resource of the same walk drops, and returns those
// of which the apply will not know.
func (p *Parts) Rest(w Walk, parts ...Part) (lost []Part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.beginWalk(w.ID)
	for _, part := range parts {
		p.resting[part] = true
		if p.dropped[part] && !w.Save(part) {
			lost = append(lost, part)
		}
	}
	return lost
}

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

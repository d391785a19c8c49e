// SPDX-License-Identifier: MPL-2.0

package roleparts

import (
	"fmt"
	"slices"
	"strings"
)

// Holder is a user or group that has roles.
type Holder struct {
	// Aspect is the list of a role that such a holder is in: [Users] or [Groups].
	Aspect Aspect
	ID     string
}

// Parts are the parts of roles that make a holder have them.
func (h Holder) Parts(roles []string) (parts []Part) {
	for _, role := range roles {
		parts = append(parts, Part{role, h.Aspect, h.ID})
	}
	return parts
}

// Holds notes that the configuration says all roles that a holder has, and returns the parts of roles about which another resource says
// something else. Each is reported once, by whichever of the resources comes second.
func (p *Parts) Holds(holder Holder, roles []string) (disputed []Part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held[holder] = roles
	for part := range p.kept {
		if part.Aspect == holder.Aspect && part.Name == holder.ID && !slices.Contains(roles, part.Role) {
			disputed = append(disputed, part)
		}
	}
	for list, complete := range p.complete {
		if list.Aspect == holder.Aspect && complete.Names[holder.ID] != slices.Contains(roles, list.Role) {
			disputed = append(disputed, Part{Role: list.Role, Aspect: list.Aspect, Name: holder.ID})
		}
	}
	return p.undisputed(disputed)
}

// Disputed returns the part if its holder is said to have no such role.
func (p *Parts) Disputed(part Part) []Part {
	p.mu.Lock()
	defer p.mu.Unlock()
	roles, ok := p.held[Holder{part.Aspect, part.Name}]
	if !ok || slices.Contains(roles, part.Role) {
		return nil
	}
	return p.undisputed([]Part{part})
}

// DisputedIn returns the parts of a list that was noted with [Parts.Completes] about which what is said of their holders differs.
func (p *Parts) DisputedIn(list List) (disputed []Part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for holder, roles := range p.held {
		if holder.Aspect == list.Aspect && p.complete[list].Names[holder.ID] != slices.Contains(roles, list.Role) {
			disputed = append(disputed, Part{Role: list.Role, Aspect: list.Aspect, Name: holder.ID})
		}
	}
	return p.undisputed(disputed)
}

// undisputed returns in order the parts of which nobody was told yet.
func (p *Parts) undisputed(parts []Part) (fresh []Part) {
	for _, part := range parts {
		if !p.disputed[part] {
			p.disputed[part] = true
			fresh = append(fresh, part)
		}
	}
	slices.SortFunc(fresh, func(a, b Part) int { return strings.Compare(a.Role+" "+a.Name, b.Role+" "+b.Name) })
	return fresh
}

// Dispute says that two resources undo each other's work on who has a role.
func Dispute(part Part) (summary, detail string) {
	kind, holder := "pe_user", "user"
	if part.Aspect == Groups {
		kind, holder = "pe_directory_group", "group"
	}
	return "Two resources disagree about who has role " + part.Role, fmt.Sprintf(
		"`role_ids` of a %[1]s says all roles that the %[2]s %[3]s has, and a pe_role_membership, or `%[4]s` of a pe_role, says something "+
			"else of role %[5]s. Each apply undoes what the other resource did, so there is always something to change.\n\nSay in one place "+
			"who has the role: leave `role_ids` out of the %[1]s, or the %[2]s out of the other resource.",
		kind, holder, part.Name, part.Aspect, part.Role)
}

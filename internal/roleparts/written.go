// SPDX-License-Identifier: MPL-2.0

package roleparts

import (
	"slices"
	"strings"
)

// Roles is the list of the roles of a user or a group, named after its attribute.
const Roles Aspect = "role_ids"

// written is a list as the configuration has it.
type written struct {
	owner  string
	aspect Aspect
	// names are those of the list in order, a line each.
	names string
}

func newWritten(owner string, aspect Aspect, names []string) written {
	return written{owner, aspect, strings.Join(slices.Sorted(slices.Values(names)), "\n")}
}

// Write notes a list as the configuration has it. owner is the name of the role, or the login of the user or group.
//
// A plan cannot tell such a list from one that `ignore_changes` keeps: core gives both to it as configured. Only the validation before it
// gets what is written.
func (p *Parts) Write(owner string, aspect Aspect, names []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.written[newWritten(owner, aspect, names)], p.owners[owner] = true, true
}

// IsWritten reports whether the configuration has a list as it is, so that it is not only kept by `ignore_changes`. Where the name of the
// owner is what is kept, nothing is written under it: the same list of any other owner then does.
func (p *Parts) IsWritten(owner string, aspect Aspect, names []string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := newWritten(owner, aspect, names)
	if p.owners[owner] {
		return p.written[list]
	}
	for other := range p.written {
		if other.aspect == list.aspect && other.names == list.names {
			return true
		}
	}
	return false
}

// Name notes the name of an owner as the configuration has it, whatever lists it has.
func (p *Parts) Name(owner string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.owners[owner] = true
}

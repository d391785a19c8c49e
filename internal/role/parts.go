// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

// roleAspect is one of the lists of a role, named after its attribute of pe_role.
type roleAspect string

const (
	rolePermissions roleAspect = "permissions"
	roleUsers       roleAspect = "user_ids"
	roleGroups      roleAspect = "group_ids"
)

// rolePart is one permission, user or group of a role.
type rolePart struct {
	role   string
	aspect roleAspect
	// name is the permission as PE writes it, or the id of the user or group.
	name string
}

// roleList is one list of one role.
type roleList struct {
	role   string
	aspect roleAspect
}

func (p rolePart) list() roleList { return roleList{p.role, p.aspect} }

// completeList is everything that a role has in one list, as configured by a pe_role.
type completeList struct {
	displayName string
	names       map[string]bool
}

// roleParts are the single parts of roles that the configuration asks for, of those that were planned or added in this process. Resources
// that are counted over a list pass parts to each other when the list shifts, in any order: a part that one of them asks for must not be
// removed because another no longer does.
type roleParts struct {
	mu    sync.Mutex
	kept  map[rolePart]bool
	locks keylock.Locks[rolePart]
	// complete are the lists that a pe_role configures in full, from which it removes other parts.
	complete map[roleList]completeList
	// reported are the parts for which a warning has been given that they conflict with a complete list.
	reported map[rolePart]bool
}

func newRoleParts() *roleParts {
	return &roleParts{
		kept: map[rolePart]bool{}, complete: map[roleList]completeList{}, reported: map[rolePart]bool{},
	}
}

// keep notes that the configuration asks for a part.
func (p *roleParts) keep(part rolePart) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[part] = true
}

// keeps reports whether a resource for single parts, or a pe_role, asks for a part.
func (p *roleParts) keeps(part rolePart) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[part] || p.complete[part.list()].names[part.name]
}

// conflict returns the pe_role that configures a list in full without a part that the configuration asks for elsewhere. Each conflict is
// reported once, by whichever of the resources comes second.
func (p *roleParts) conflict(part rolePart) (displayName string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	complete, ok := p.complete[part.list()]
	if !ok || complete.names[part.name] || p.reported[part] {
		return "", false
	}
	p.reported[part] = true
	return complete.displayName, true
}

// completes notes that a pe_role configures a list in full, and returns the parts that are asked for elsewhere and not in it.
func (p *roleParts) completes(list roleList, complete completeList) (conflicts []rolePart) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complete[list] = complete
	for part := range p.kept {
		if part.list() == list && !complete.names[part.name] && !p.reported[part] {
			p.reported[part] = true
			conflicts = append(conflicts, part)
		}
	}
	slices.SortFunc(conflicts, func(a, b rolePart) int { return strings.Compare(a.name, b.name) })
	return conflicts
}

// add adds a part to its role, but not while it is being removed.
func (p *roleParts) add(ctx context.Context, part rolePart, send func() error) error {
	leave, err := p.locks.Lock(ctx, part)
	if err != nil {
		return err
	}
	defer leave()
	if err := send(); err != nil {
		return err
	}
	p.keep(part)
	return nil
}

// remove removes a part from its role, unless the configuration asks for it.
func (p *roleParts) remove(ctx context.Context, part rolePart, send func() error) error {
	leave, err := p.locks.Lock(ctx, part)
	if err != nil {
		return err
	}
	defer leave()
	if p.keeps(part) {
		return nil
	}
	return send()
}

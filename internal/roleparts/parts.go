// SPDX-License-Identifier: MPL-2.0

// Package roleparts keeps, for the life of a process, which parts of roles the configuration asks for: single ones, and lists in full.
package roleparts

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

// Aspect is one of the lists of a role, named after its attribute of pe_role.
type Aspect string

// The lists of a role.
const (
	Permissions Aspect = "permissions"
	Users       Aspect = "user_ids"
	Groups      Aspect = "group_ids"
)

// Part is one permission, user or group of a role.
type Part struct {
	Role   string
	Aspect Aspect
	// Name is the permission as PE writes it, or the id of the user or group.
	Name string
}

// List is one list of one role.
type List struct {
	Role   string
	Aspect Aspect
}

func (p Part) list() List { return List{p.Role, p.Aspect} }

// About implements [asked.Thing].
func (p Part) About() string {
	return strings.Join([]string{"role", p.Role, string(p.Aspect), p.Name}, " ")
}

// Parts are the parts of a list, by their names.
func (l List) Parts(names []string) (parts []Part) {
	for _, name := range names {
		parts = append(parts, Part{l.Role, l.Aspect, name})
	}
	return parts
}

// Complete is everything that a role has in one list, as configured by a pe_role.
type Complete struct {
	// DisplayName is that of the role.
	DisplayName string
	// Names are those of the parts, as in [Part].
	Names map[string]bool
}

// Parts are the single parts of roles that the configuration asks for, of those that were planned or added in this process. Resources
// that are counted over a list pass parts to each other when the list shifts, in any order: a part that one of them asks for must not be
// removed because another no longer does.
type Parts struct {
	mu    sync.Mutex
	kept  map[Part]bool
	locks keylock.Locks[Part]
	// complete are the lists that a pe_role configures in full, from which it removes other parts.
	complete map[List]Complete
	// reported are the parts for which a warning has been given that they conflict with a complete list.
	reported map[Part]bool
	// asked are the parts that the resources of a walk ask for.
	asked asked.For[Part]
	// held are the roles of which the configuration says that somebody has no others, and disputed what was told of that.
	held     map[Holder][]string
	disputed map[Part]bool
	// written are the lists that the configuration has as they are, and owners the names of all that may have some.
	written map[written]bool
	owners  map[string]bool
}

// New returns the parts of a process.
func New() *Parts {
	return &Parts{
		kept: map[Part]bool{}, complete: map[List]Complete{}, reported: map[Part]bool{},
		held: map[Holder][]string{}, disputed: map[Part]bool{}, written: map[written]bool{}, owners: map[string]bool{},
	}
}

// Keep notes that the configuration asks for a part.
func (p *Parts) Keep(part Part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[part] = true
}

// Keeps reports whether a resource for single parts, a pe_role, or a resource for a user or a group asks for a part.
func (p *Parts) Keeps(part Part) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keeps(part)
}

func (p *Parts) keeps(part Part) bool {
	return p.kept[part] || p.complete[part.list()].Names[part.Name] || slices.Contains(p.held[Holder{part.Aspect, part.Name}], part.Role)
}

// Twice notes that a resource that exists, or is to be created, asks for a part, and reports whether it is the second one to do so in a
// walk.
func (p *Parts) Twice(w asked.Walk, part Part, exists bool) bool {
	return p.asked.Twice(w, part, exists)
}

// Conflict returns the pe_role that configures a list in full without a part that the configuration asks for elsewhere. Each conflict is
// reported once, by whichever of the resources comes second.
func (p *Parts) Conflict(part Part) (displayName string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	complete, ok := p.complete[part.list()]
	if !ok || complete.Names[part.Name] || p.reported[part] {
		return "", false
	}
	p.reported[part] = true
	return complete.DisplayName, true
}

// Completes notes that a pe_role configures a list in full, and returns the parts that are asked for elsewhere and not in it.
func (p *Parts) Completes(list List, complete Complete) (conflicts []Part) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complete[list] = complete
	for part := range p.kept {
		if part.list() == list && !complete.Names[part.Name] && !p.reported[part] {
			p.reported[part] = true
			conflicts = append(conflicts, part)
		}
	}
	slices.SortFunc(conflicts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	return conflicts
}

// Add adds a part to its role, but not while it is being removed.
func (p *Parts) Add(ctx context.Context, part Part, send func() error) error {
	leave, err := p.locks.Lock(ctx, part)
	if err != nil {
		return err
	}
	defer leave()
	if err := send(); err != nil {
		return err
	}
	p.Keep(part)
	return nil
}

// Whole writes lists in which parts are, but not while one of them is being removed: a removal that is under way has ended before, and one
// that comes later sees that the configuration asks for the part.
func (p *Parts) Whole(ctx context.Context, parts []Part, send func() error) error {
	parts = slices.SortedFunc(slices.Values(parts), func(a, b Part) int { return strings.Compare(a.About(), b.About()) })
	var locked []func()
	defer func() {
		for _, leave := range locked {
			leave()
		}
	}()
	for _, part := range slices.Compact(parts) {
		leave, err := p.locks.Lock(ctx, part)
		if err != nil {
			return err
		}
		locked = append(locked, leave)
	}
	return send()
}

// Remove removes a part from its role, unless the configuration asks for it.
func (p *Parts) Remove(ctx context.Context, part Part, send func() error) error {
	leave, err := p.locks.Lock(ctx, part)
	if err != nil {
		return err
	}
	defer leave()
	if p.Keeps(part) {
		return nil
	}
	return send()
}

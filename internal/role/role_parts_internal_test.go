// SPDX-License-Identifier: MPL-2.0

package role

import (
	"context"
	"errors"
	"testing"
)

// TestRoleParts_MoveBetweenResources moves a part from one resource to another, in either order.
func TestRoleParts_MoveBetweenResources(t *testing.T) {
	t.Parallel()
	part := rolePart{role: "7", aspect: rolePermissions, name: "tasks:run:facts"}
	other := rolePart{role: "8", aspect: rolePermissions, name: "tasks:run:facts"}
	has := map[rolePart]bool{}
	put := func(part rolePart, there bool) func() error {
		return func() error { has[part] = there; return nil }
	}
	tests := map[string]func(context.Context, *roleParts) error{
		"added, then removed": func(ctx context.Context, p *roleParts) error {
			return errors.Join(p.add(ctx, part, put(part, true)), p.remove(ctx, part, put(part, false)))
		},
		"removed, then added": func(ctx context.Context, p *roleParts) error {
			return errors.Join(p.remove(ctx, part, put(part, false)), p.add(ctx, part, put(part, true)))
		},
		"planned, then removed": func(ctx context.Context, p *roleParts) error {
			p.keep(part)
			return p.remove(ctx, part, put(part, false))
		},
	}
	for name, test := range tests {
		has[part], has[other] = true, true
		p := newRoleParts()
		if err := errors.Join(test(t.Context(), p), p.remove(t.Context(), other, put(other, false))); err != nil || !has[part] || has[other] {
			t.Errorf("%s: %v, has %v", name, err, has)
		}
	}
}

// TestRoleParts_FailedAdditionLeavesNoNote leaves no note of what has failed, so that a removal still works.
func TestRoleParts_FailedAdditionLeavesNoNote(t *testing.T) {
	t.Parallel()
	part := rolePart{role: "7", aspect: roleUsers, name: "x"}
	p := newRoleParts()
	failed, removed := errors.New("refused"), false
	if err := p.add(t.Context(), part, func() error { return failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if err := p.remove(t.Context(), part, func() error { removed = true; return nil }); err != nil || !removed {
		t.Errorf("%v, removed: %v", err, removed)
	}
}

// TestRoleParts_WaitForAnotherChange waits for another change of the same part, no longer than the context lasts.
func TestRoleParts_WaitForAnotherChange(t *testing.T) {
	t.Parallel()
	part := rolePart{role: "7", aspect: roleGroups, name: "x"}
	p := newRoleParts()
	err := p.add(t.Context(), part, func() error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return p.remove(ctx, part, func() error { t.Error("it was removed while it was being added"); return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// SPDX-License-Identifier: MPL-2.0

package roleparts_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
)

// TestParts_MoveBetweenResources moves a part from one resource to another, in either order.
func TestParts_MoveBetweenResources(t *testing.T) {
	t.Parallel()
	part := roleparts.Part{Role: "7", Aspect: roleparts.Permissions, Name: "tasks:run:facts"}
	other := roleparts.Part{Role: "8", Aspect: roleparts.Permissions, Name: "tasks:run:facts"}
	has := map[roleparts.Part]bool{}
	put := func(part roleparts.Part, there bool) func() error {
		return func() error { has[part] = there; return nil }
	}
	tests := map[string]func(context.Context, *roleparts.Parts) error{
		"added, then removed": func(ctx context.Context, p *roleparts.Parts) error {
			return errors.Join(p.Add(ctx, part, put(part, true)), p.Remove(ctx, part, put(part, false)))
		},
		"removed, then added": func(ctx context.Context, p *roleparts.Parts) error {
			return errors.Join(p.Remove(ctx, part, put(part, false)), p.Add(ctx, part, put(part, true)))
		},
		"planned, then removed": func(ctx context.Context, p *roleparts.Parts) error {
			p.Keep(part)
			return p.Remove(ctx, part, put(part, false))
		},
	}
	for name, test := range tests {
		has[part], has[other] = true, true
		p := roleparts.New()
		if err := errors.Join(test(t.Context(), p), p.Remove(t.Context(), other, put(other, false))); err != nil || !has[part] || has[other] {
			t.Errorf("%s: %v, has %v", name, err, has)
		}
	}
}

// TestParts_FailedAdditionLeavesNoNote leaves no note of what has failed, so that a removal still works.
func TestParts_FailedAdditionLeavesNoNote(t *testing.T) {
	t.Parallel()
	part := roleparts.Part{Role: "7", Aspect: roleparts.Users, Name: "x"}
	p := roleparts.New()
	failed, removed := errors.New("refused"), false
	if err := p.Add(t.Context(), part, func() error { return failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if err := p.Remove(t.Context(), part, func() error { removed = true; return nil }); err != nil || !removed {
		t.Errorf("%v, removed: %v", err, removed)
	}
}

// TestParts_WaitForAnotherChange waits for another change of the same part, no longer than the context lasts.
func TestParts_WaitForAnotherChange(t *testing.T) {
	t.Parallel()
	part := roleparts.Part{Role: "7", Aspect: roleparts.Groups, Name: "x"}
	p := roleparts.New()
	err := p.Add(t.Context(), part, func() error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return p.Remove(ctx, part, func() error { t.Error("it was removed while it was being added"); return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestParts_WholeListWaitsForRemovals writes a list while one of its parts is being removed, and removes a part of it afterwards: the list is
// written last, and nothing is removed from it.
func TestParts_WholeListWaitsForRemovals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		list := roleparts.List{Role: "7", Aspect: roleparts.Permissions}
		parts := list.Parts([]string{"b", "a", "b"})
		p := roleparts.New()
		var done []string
		underWay := make(chan struct{})
		var removal sync.WaitGroup
		removal.Go(func() {
			err := p.Remove(t.Context(), parts[0], func() error {
				close(underWay)
				time.Sleep(time.Second)
				done = append(done, "removed")
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-underWay
		p.Completes(list, roleparts.Complete{Names: map[string]bool{"a": true, "b": true}})
		err := p.Whole(t.Context(), parts, func() error {
			done = append(done, "written")
			return nil
		})
		removal.Wait()
		if err != nil || !slices.Equal(done, []string{"removed", "written"}) {
			t.Errorf("%v, %v", done, err)
		}
		if err := p.Remove(t.Context(), parts[1], func() error { t.Error("it was removed"); return nil }); err != nil {
			t.Error(err)
		}
	})
}

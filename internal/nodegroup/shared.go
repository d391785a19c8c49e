// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/asked"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keylock"
)

// updateTimeout is how long the classifier may take to read the classes of an environment again.
const updateTimeout = 10 * time.Minute

// pin is one node that is pinned to one group.
type pin struct{ group, certname string }

// About implements [asked.Thing].
func (p pin) About() string { return "pin " + p.group + "/" + p.certname }

// shared is what the resources of this area share within a process.
type shared struct {
	// rules are locked by the id of their group while they are changed: pins are a part of them.
	rules keylock.Locks[string]
	// environments are locked by name while their classes are read again.
	environments keylock.Locks[string]

	// patience is for what is looked up before the classifier itself decides.
	patience courtesy.Patience
	// holders is for who has a name that somebody else is to get.
	holders courtesy.Patience

	mu sync.Mutex
	// pinned are the pins that a resource of the configuration asks for. Resources that are counted over a list pass pins to each other
	// when the list shifts, in any order: what one of them asks for must not be removed because another no longer does.
	pinned map[pin]bool
	// asked are the pins that the resources of a walk ask for.
	asked asked.For[pin]
	// updated counts how often the classes of an environment were read again.
	updated map[string]int
}

func newShared() *shared {
	return &shared{pinned: map[pin]bool{}, updated: map[string]int{}}
}

// keep notes that the configuration asks for a pin.
func (s *shared) keep(p pin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinned[p] = true
}

// keeps reports whether the configuration asks for a pin.
func (s *shared) keeps(p pin) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pinned[p]
}

// pin pins a node.
func (s *shared) pin(ctx context.Context, c *classifier.Client, p pin) error {
	leave, err := s.rules.Lock(ctx, p.group)
	if err != nil {
		return err
	}
	defer leave()
	if err := c.Pin(ctx, p.group, p.certname); err != nil {
		return err
	}
	s.keep(p)
	return nil
}

// unpin takes a node out of a group, unless the configuration asks for it.
func (s *shared) unpin(ctx context.Context, c *classifier.Client, p pin) error {
	leave, err := s.rules.Lock(ctx, p.group)
	if err != nil {
		return err
	}
	defer leave()
	if s.keeps(p) {
		return nil
	}
	return c.Unpin(ctx, p.group, p.certname)
}

// change changes a group by what is made of it as it is.
func (s *shared) change(
	ctx context.Context, c *classifier.Client, id string, delta func(classifier.Group) (classifier.Delta, error),
) (classifier.Group, error) {
	leave, err := s.rules.Lock(ctx, id)
	if err != nil {
		return classifier.Group{}, err
	}
	defer leave()
	return c.Change(ctx, id, delta)
}

// updates are how often the classes of each environment were read again until now.
func (s *shared) updates() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.updated)
}

// updateClasses has the classifier read the classes of an environment again, unless that was done since a count of [shared.updates]: of
// many groups that name new classes, one asks for it.
func (s *shared) updateClasses(ctx context.Context, c *classifier.Client, environment string, since int) error {
	leave, err := s.environments.Lock(ctx, environment)
	if err != nil {
		return err
	}
	defer leave()
	if s.updates()[environment] > since {
		return nil
	}
	if err := c.UpdateClasses(ctx, environment, updateTimeout); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updated[environment]++
	return nil
}

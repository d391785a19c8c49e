package provider

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"
)

// roleAspect is one of the lists of a role, by the attribute of pe_role that says it.
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

// roleParts are the single parts of roles that the configuration asks for, as far as they were planned or added over this
// connection. Resources that are counted over a list hand parts to each other when the list shifts, in whatever order: what
// one of them asks for must not be taken away because another one has just given it up.
type roleParts struct {
	mu    sync.Mutex
	kept  map[rolePart]bool
	locks map[rolePart]*semaphore.Weighted
}

func newRoleParts() *roleParts {
	return &roleParts{kept: map[rolePart]bool{}, locks: map[rolePart]*semaphore.Weighted{}}
}

// keep notes that the configuration asks for a part.
func (p *roleParts) keep(part rolePart) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[part] = true
}

func (p *roleParts) keeps(part rolePart) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[part]
}

// add adds a part to its role, not while it is being removed.
func (p *roleParts) add(ctx context.Context, part rolePart, send func() error) error {
	leave, err := p.lock(ctx, part)
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
	leave, err := p.lock(ctx, part)
	if err != nil {
		return err
	}
	defer leave()
	if p.keeps(part) {
		return nil
	}
	return send()
}

func (p *roleParts) lock(ctx context.Context, part rolePart) (leave func(), err error) {
	p.mu.Lock()
	lock, ok := p.locks[part]
	if !ok {
		lock = semaphore.NewWeighted(1)
		p.locks[part] = lock
	}
	p.mu.Unlock()
	if err := lock.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("waiting for another change of the same part of role %s: %w", part.role, err)
	}
	return func() { lock.Release(1) }, nil
}

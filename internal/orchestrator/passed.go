// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"io"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// passed is an answer with a list whose items are passed on while it is read. When the connection breaks in the middle, the attempt that
// follows reads the answer from its beginning again: what has been passed on is not passed on again.
type passed[T any, K comparable] struct {
	// names are the members that the list may be, others what else is decoded.
	names  []string
	others map[string]any
	// key identifies an item.
	key func(T) K
	// yield gets the items. It returns false when it wants no more.
	yield func(T) bool

	attempts int
	seen     map[K]struct{}
	// stopped tells that no more items are wanted.
	stopped bool
}

// DecodeStream implements [httpapi.StreamDecoder].
func (p *passed[T, K]) DecodeStream(r io.Reader) error {
	p.attempts++
	if p.seen == nil {
		p.seen = map[K]struct{}{}
	}
	return jsonlist.ReadIn(r, p.pass, p.others, p.names...)
}

func (p *passed[T, K]) pass(item T) error {
	key := p.key(item)
	if _, seen := p.seen[key]; seen && p.attempts > 1 {
		return nil
	}
	p.seen[key] = struct{}{}
	if p.stopped = !p.yield(item); p.stopped {
		return jsonlist.ErrStop
	}
	return nil
}

// SPDX-License-Identifier: MPL-2.0

package jobwatch

import (
	"context"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
)

// Sight remembers whether the user may look at things of a kind. The zero value is ready for use, by several goroutines at once.
type Sight struct {
	refusals once.Map[refusal]
}

// refusal is an answer of the server that says no, or none.
type refusal struct{ err error }

// Refused asks the server, once for each key, and returns its answer if that says no by refuses. Any other answer proves nothing. What
// a server lists for somebody without the permission is not documented, so an empty list is no refusal; trouble is no answer, and the
// next caller asks again. No launch is held up for long: where there is no answer within [courtesy.Budget], late is called, and nobody asks
// again.
func (s *Sight) Refused(ctx context.Context, key string, look func(context.Context) error, refuses func(error) bool, late func()) error {
	answer, err := s.refusals.Get(ctx, key, func(ctx context.Context) (refusal, error) {
		ctx, cancel := courtesy.Brief(httpapi.WithoutRetries(ctx))
		defer cancel()
		err := look(ctx)
		if refuses(err) {
			return refusal{err}, nil
		}
		if err != nil && courtesy.Late(ctx) {
			late()
			return refusal{}, nil
		}
		return refusal{}, err
	})
	if err != nil {
		return nil //nolint:nilerr // it proves nothing.
	}
	return answer.err
}

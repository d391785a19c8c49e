// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// Attempt plans and applies configurations from nothing, one after the other, as far as none of them fails, and returns the errors that the
// provider has reported. Its error is anything else that went wrong.
func Attempt(ctx context.Context, start func() (tfprotov6.ProviderServer, error), texts ...string) ([]ReportedError, error) {
	r := &runner{start: start, state: &state{resources: map[string]*instance{}, data: map[string]cty.Value{}}}
	for _, text := range texts {
		if err := r.attempt(ctx, text); err != nil {
			return reports(err)
		}
	}
	return nil, nil
}

// attempt plans and applies a configuration.
func (r *runner) attempt(ctx context.Context, text string) (err error) {
	if r.config, err = parse(text); err != nil {
		return err
	}
	changes, err := r.plan(ctx, true)
	if err != nil || len(changes) == 0 {
		return err
	}
	opened, err := r.open(ctx, r.config)
	if err != nil {
		return err
	}
	return opened.apply(ctx, changes)
}

// reports finds what a provider has reported among joined and wrapped errors, and returns the first error that is none.
func reports(err error) (found []ReportedError, other error) {
	switch err := err.(type) { //nolint:errorlint // every error of the tree is looked at, one by one.
	case nil:
		return nil, nil
	case ReportedError:
		return []ReportedError{err}, nil
	case interface{ Unwrap() []error }:
		for _, one := range err.Unwrap() {
			more, other := reports(one)
			if other != nil {
				return nil, other
			}
			found = append(found, more...)
		}
		return found, nil
	case interface{ Unwrap() error }:
		return reports(err.Unwrap())
	default:
		return nil, err
	}
}

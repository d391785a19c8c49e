// SPDX-License-Identifier: MPL-2.0

package courtesy_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// silence is a server that does not answer.
func silence(ctx context.Context) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

// TestAsk_IsSpentOnce asks for a hundred objects, ten at a time, where nobody answers: all of them together take as long as one.
func TestAsk_IsSpentOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p courtesy.Patience
		var all sync.WaitGroup
		started := time.Now()
		for lane := range 10 {
			all.Go(func() {
				time.Sleep(time.Duration(lane) * 100 * time.Millisecond)
				for range 10 {
					if _, err := courtesy.Ask(t.Context(), &p, silence); err == nil {
						t.Error("a silent server has answered")
					}
				}
			})
		}
		all.Wait()
		if took := time.Since(started); took != courtesy.Budget {
			t.Errorf("a hundred questions took %v", took)
		}
		if _, err := courtesy.Ask(t.Context(), &p, silence); !errors.Is(err, courtesy.ErrSilent) {
			t.Errorf("got %v", err)
		}
		if !p.First() || p.First() {
			t.Error("a word is to be said once")
		}
	})
}

// TestAsk_WhatFollows asks twice.
func TestAsk_WhatFollows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first func(context.Context) (int, error)
		// interrupted ends the operation of the first question.
		interrupted bool
		again       bool
	}{
		"answered": {func(context.Context) (int, error) { return 7, nil }, false, true},
		"refused":  {func(context.Context) (int, error) { return 0, &httpapi.Error{Status: 403} }, false, true},
		"nobody": {func(context.Context) (int, error) {
			return 0, &httpapi.ConnectionError{Err: errors.New("connection refused")}
		}, false, false},
		"late":        {silence, false, false},
		"interrupted": {silence, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var p courtesy.Patience
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.interrupted {
					time.AfterFunc(time.Second, cancel)
				}
				late := false
				_, err := courtesy.Ask(ctx, &p, func(ctx context.Context) (int, error) {
					found, err := test.first(ctx)
					late = courtesy.Late(ctx)
					return found, err
				})
				if late != (name == "late") || courtesy.Unanswered(err) != late {
					t.Errorf("late is %v: %v", late, err)
				}
				asked := false
				_, err = courtesy.Ask(t.Context(), &p, func(context.Context) (int, error) { asked = true; return 7, nil })
				if asked != test.again || errors.Is(err, courtesy.ErrSilent) == test.again {
					t.Errorf("asked again: %v, %v", asked, err)
				}
			})
		})
	}
}

func TestBrief_EndsInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		ctx, cancel := courtesy.Brief(t.Context())
		defer cancel()
		<-ctx.Done()
		if took := time.Since(started); took != courtesy.Budget || !courtesy.Late(ctx) {
			t.Errorf("it ended after %v with %v", took, context.Cause(ctx))
		}
	})
}

// SPDX-License-Identifier: MPL-2.0

package safeserver_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/safeserver"
)

// keeper keeps the context of each call, as the framework does.
type keeper struct {
	safeserver.Server
	during func(context.Context)
	kept   context.Context
}

func (k *keeper) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k.kept = ctx
	k.during(ctx)
	return &tfprotov6.ReadResourceResponse{}, nil
}

type contextKey struct{}

// TestCalls_ContextsAreLetGo has a server that keeps the context of each call: what the context knew is gone after the call, and not before.
func TestCalls_ContextsAreLetGo(t *testing.T) {
	t.Parallel()
	called, cancel := context.WithCancelCause(context.WithValue(t.Context(), contextKey{}, "known"))
	defer cancel(nil)
	inner := &keeper{during: func(ctx context.Context) {
		if got := ctx.Value(contextKey{}); got != "known" {
			t.Errorf("during the call, the context knows %v", got)
		}
		if ctx.Err() != nil {
			t.Errorf("the context has ended too early: %v", ctx.Err())
		}
		cancel(errors.New("interrupted"))
		<-ctx.Done()
		if cause := context.Cause(ctx); cause == nil || cause.Error() != "interrupted" {
			t.Errorf("the call has ended because of %v", cause)
		}
	}}
	if _, err := safeserver.New(inner, func() {}).ReadResource(called, &tfprotov6.ReadResourceRequest{}); err != nil {
		t.Fatal(err)
	}
	if got := inner.kept.Value(contextKey{}); got != nil {
		t.Errorf("after the call, the context still knows %v", got)
	}
}

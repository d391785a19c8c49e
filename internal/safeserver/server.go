// SPDX-License-Identifier: MPL-2.0

// Package safeserver serves a provider so that whatever it says is safe to show: every diagnostic passes through here on its way to the
// CLI. What others have written is made safe where it becomes part of a sentence, too, because only there it is known where it ends; here,
// nothing can have been forgotten.
//
// It also makes good what the libraries below do wrong with actions: what is refused without a reason, and what is not passed on when
// a person interrupts them.
package safeserver

import (
	"context"
	"reflect"
	"slices"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/caller"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Server is a provider's server with everything that the protocol has.
type Server interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// Hush has a server of [New] tell nothing more of the progress of actions, only how they end. It is for the moment at which a person
// interrupts the CLI: Terraform 1.15 crashes when it is told of progress after that.
func Hush(of tfprotov6.ProviderServer) {
	if s, ok := of.(*server); ok {
		s.hushed.Store(true)
	}
}

var _ Server = (*server)(nil)

// server passes on every call. Its methods name each of them, so that a new one of the protocol is not passed on without a look at it: a
// test compares them with the interface.
type server struct {
	Server
	invoked invocations
	// hushed tells that nothing is told of the progress of actions any more.
	hushed atomic.Bool
	// failed is called for each answer with an error, and when the CLI is interrupted.
	failed func()
}

// New returns a server whose diagnostics are safe to show, and whose actions are heard out. It calls failed for each call that ends with an
// error, and when a person interrupts the CLI: what a command has done until then may not be all that it was to do.
func New(inner Server, failed func()) Server { return &server{Server: inner, failed: failed} }

// safe makes a call whose context does not outlive it, and the diagnostics of its answer safe.
func safe[Q, A any](ctx context.Context, s *server, method func(context.Context, *Q) (*A, error), req *Q) (*A, error) {
	ctx, ended := during(caller.Await(ctx))
	defer ended()
	answer, err := method(ctx, req)
	if err != nil {
		s.failed()
	}
	if answer == nil {
		return nil, err
	}
	field := reflect.ValueOf(answer).Elem().FieldByName("Diagnostics")
	if diagnostics, ok := field.Interface().([]*tfprotov6.Diagnostic); ok {
		clean(diagnostics)
		if slices.ContainsFunc(diagnostics, isError) {
			s.failed()
		}
	}
	return answer, err
}

func isError(d *tfprotov6.Diagnostic) bool {
	return d != nil && d.Severity == tfprotov6.DiagnosticSeverityError
}

// clean makes diagnostics safe: a summary is a line, and a detail a text of several.
func clean(diagnostics []*tfprotov6.Diagnostic) {
	for _, d := range diagnostics {
		if d != nil {
			d.Summary = visible.Line(d.Summary, visible.LongestLine)
			d.Detail = visible.Block(d.Detail, visible.LongestBlock)
		}
	}
}

// CallFunction implements [tfprotov6.FunctionServer].
func (s *server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	answer, err := s.Server.CallFunction(ctx, req)
	if answer != nil && answer.Error != nil {
		answer.Error.Text = visible.Block(answer.Error.Text, visible.LongestBlock)
	}
	return answer, err
}

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

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Server is a provider's server with everything that the protocol has.
type Server interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

var _ Server = (*server)(nil)

// server passes on every call. Its methods name each of them, so that a new one of the protocol is not passed on without a look at it: a
// test compares them with the interface.
type server struct {
	Server
	invoked invocations
}

// New returns a server whose diagnostics are safe to show, and whose actions are heard out.
func New(inner Server) Server { return &server{Server: inner} }

// safe makes the diagnostics of an answer safe.
func safe[A any](answer *A, err error) (*A, error) {
	if answer == nil {
		return nil, err
	}
	field := reflect.ValueOf(answer).Elem().FieldByName("Diagnostics")
	if diagnostics, ok := field.Interface().([]*tfprotov6.Diagnostic); ok {
		clean(diagnostics)
	}
	return answer, err
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

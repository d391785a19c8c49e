// SPDX-License-Identifier: MPL-2.0

package safeserver

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Patience is how long a provider that is stopped waits for the ends of its actions. A person who has pressed Ctrl-C waits for it, too. It
// is longer than all that an action does after that takes at most: to look for what was launched, to stop it, to read it and its nodes.
const Patience = 12 * time.Second

// invocations counts the actions that run.
type invocations struct {
	mu      sync.Mutex
	running int
	// none is closed once nothing runs. It is nil while nobody waits for that.
	none chan struct{}
}

// begin counts an action. Its end must be called once.
func (i *invocations) begin() (end func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.running++
	return sync.OnceFunc(func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.running--; i.running == 0 && i.none != nil {
			close(i.none)
			i.none = nil
		}
	})
}

// ended returns a channel that is closed once nothing runs.
func (i *invocations) ended() <-chan struct{} {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.none == nil {
		i.none = make(chan struct{})
	}
	none := i.none
	if i.running == 0 {
		close(none)
		i.none = nil
	}
	return none
}

// wait waits until nothing runs, for some time at most.
func (i *invocations) wait(ctx context.Context, most time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	select {
	case <-i.ended():
	case <-ctx.Done():
	}
}

// StopProvider implements [tfprotov6.ProviderServer]. It cancels what runs, and waits until the actions among that have said how they
// ended: the library drops whatever an action says after this has returned, and the CLI takes an action without an end for a success.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	Hush(s)
	s.failed()
	answer, err := s.Server.StopProvider(ctx, req)
	s.invoked.wait(ctx, Patience)
	if answer != nil {
		answer.Error = visible.Block(answer.Error, visible.LongestBlock)
	}
	return answer, err
}

// InvokeAction implements [tfprotov6.ActionServer]. It validates first: see [server.invalid].
func (s *server) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	if problems, err := s.invalid(ctx, req.ActionType, req.Config); err != nil || len(problems) > 0 {
		end := tfprotov6.InvokeActionEvent{Type: tfprotov6.CompletedInvokeActionEventType{Diagnostics: problems}}
		return &tfprotov6.InvokeActionServerStream{Events: slices.Values([]tfprotov6.InvokeActionEvent{end})}, err
	}
	end := s.invoked.begin()
	ctx, cancel := context.WithCancel(ctx)
	stream, err := s.Server.InvokeAction(ctx, req)
	if stream == nil || stream.Events == nil {
		end()
		cancel()
		return stream, err
	}
	stream.Events = s.toTheEnd(each(stream.Events, cleanEvent), cancel, end)
	return stream, err
}

// PlanAction implements [tfprotov6.ActionServer]. It validates first: see [server.invalid].
func (s *server) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	if problems, err := s.invalid(ctx, req.ActionType, req.Config); err != nil || len(problems) > 0 {
		return &tfprotov6.PlanActionResponse{Diagnostics: problems}, err
	}
	return safe(ctx, s, s.Server.PlanAction, req)
}

// invalid returns the errors in the configuration of an action. The CLI has actions validated only before it knows the values of variables
// and of other resources, so what is planned or invoked may never have been seen. Of resources it does more.
func (s *server) invalid(ctx context.Context, kind string, config *tfprotov6.DynamicValue) ([]*tfprotov6.Diagnostic, error) {
	answer, err := s.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: kind, Config: config})
	if answer == nil {
		return nil, err
	}
	return slices.DeleteFunc(answer.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d == nil || d.Severity != tfprotov6.DiagnosticSeverityError
	}), err
}

// cleanEvent makes safe what an action says.
func cleanEvent(event tfprotov6.InvokeActionEvent) tfprotov6.InvokeActionEvent {
	switch told := event.Type.(type) {
	case tfprotov6.ProgressInvokeActionEventType:
		told.Message = visible.Block(told.Message, visible.LongestBlock)
		event.Type = told
	case tfprotov6.CompletedInvokeActionEventType:
		clean(told.Diagnostics)
	}
	return event
}

// toTheEnd goes through what an action says until it has ended, and leaves out its progress once the server is hushed. An action that
// nobody listens to any more is cancelled, and heard out: it would wait forever for somebody who takes its next word.
func (s *server) toTheEnd(
	events iter.Seq[tfprotov6.InvokeActionEvent], cancel context.CancelFunc, end func(),
) iter.Seq[tfprotov6.InvokeActionEvent] {
	return func(yield func(tfprotov6.InvokeActionEvent) bool) {
		defer end()
		defer cancel()
		heard := true
		for event := range events {
			if _, progress := event.Type.(tfprotov6.ProgressInvokeActionEventType); progress && s.hushed.Load() {
				continue
			}
			if heard && !yield(event) {
				heard = false
				cancel()
			}
		}
	}
}

// writeOnlyRefused is the summary of what the plugin framework says of a write-only value that a client cannot keep secret.
const writeOnlyRefused = "WriteOnly Attribute Not Allowed"

// ValidateActionConfig implements [tfprotov6.ActionServer]. The framework says of every write-only value of an action that the client
// does not know such values, because it does not look (version 1.19). Clients have known them since before they knew actions.
func (s *server) ValidateActionConfig(
	ctx context.Context,
	req *tfprotov6.ValidateActionConfigRequest,
) (*tfprotov6.ValidateActionConfigResponse, error) {
	answer, err := safe(ctx, s, s.Server.ValidateActionConfig, req)
	if answer != nil {
		answer.Diagnostics = slices.DeleteFunc(answer.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
			return d != nil && d.Summary == writeOnlyRefused
		})
	}
	return answer, err
}

// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// actionSchema is what an action may contain: core's own arguments of actions are not known here.
var actionSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "config"}}}

// addAction adds an action to a configuration.
func (c *config) addAction(found *hcl.Block, source []byte) error {
	content, diags := found.Body.Content(actionSchema)
	if diags.HasErrors() {
		return diags
	}
	b := block{kind: found.Labels[0], name: found.Labels[1], source: source, body: hcl.EmptyBody()}
	for _, configured := range content.Blocks {
		b.body = configured.Body
	}
	if c.actions == nil {
		c.actions = map[string]block{}
	}
	c.actions[b.address()] = b
	return nil
}

// Invocation is an action that is validated, planned and invoked, as by `terraform apply -invoke`.
type Invocation struct {
	// Config is the configuration. It has the provider, actions, and resources of type terraform_data, whose output is known only when the
	// action is invoked.
	Config string
	// Action is the address of the action, such as pe_task.restart.
	Action string
	// Heard is called with each line of progress while the action waits for that. To call stop is to press Ctrl-C; it returns what is closed
	// once the provider has stopped. It may be nil.
	Heard func(line string, stop func() <-chan struct{})
	// PlanOnly leaves the invocation out.
	PlanOnly bool
}

// Invoked is what came of an invocation.
type Invoked struct {
	// Progress are the lines of progress.
	Progress []string
	// Errors and Warnings are those of the step that has failed, or of the last one. Ended tells that the action itself has ended: what a
	// provider does not report, a CLI takes for a success.
	Errors, Warnings []ReportedError
	Ended            bool
}

// Invoke validates, plans and invokes an action, as far as nothing of that fails. Its error is what no provider has reported.
func Invoke(ctx context.Context, start func() (tfprotov6.ProviderServer, error), i Invocation) (Invoked, error) {
	r := &runner{start: start, state: &state{resources: map[string]*instance{}, data: map[string]cty.Value{}}}
	var err error
	if r.config, err = parse(i.Config); err != nil {
		return Invoked{}, err
	}
	b, ok := r.config.actions[i.Action]
	if !ok {
		return Invoked{}, fmt.Errorf("there is no action %s", i.Action)
	}
	steps := []func(context.Context, *session, block, Invocation) (Invoked, error){planAction, invokeAction}
	if i.PlanOnly {
		steps = steps[:1]
	}
	var told Invoked
	for _, step := range steps {
		opened, err := r.open(ctx, r.config)
		if err != nil {
			errs, err := reports(err)
			return Invoked{Errors: errs}, err
		}
		if told, err = step(ctx, opened, b, i); err != nil || len(told.Errors) > 0 {
			return told, err
		}
	}
	return told, nil
}

// action returns the server of actions, and the configuration of one of them as the protocol has it. Outputs of other blocks are unknown,
// unless they are applied.
func (s *session) action(b block, applied bool) (tfprotov6.ActionServer, *tfprotov6.DynamicValue, error) {
	server, ok := s.server.(tfprotov6.ActionServer)
	if !ok {
		return nil, nil, errors.New("the provider serves no actions")
	}
	found, ok := s.schemas.ActionSchemas[b.kind]
	if !ok {
		return nil, nil, fmt.Errorf("the provider has no action %s", b.address())
	}
	schema, err := s.schemas.object(found.Schema)
	if err != nil {
		return nil, nil, err
	}
	in := scope{values: map[string]cty.Value{}, locals: s.config.locals}
	for _, other := range s.config.blocks {
		in.values[other.address()] = cty.DynamicVal
		if applied {
			planned, err := s.planBuiltin(other, in)
			if err != nil {
				return nil, nil, err
			}
			in.values[other.address()] = applyBuiltin(planned.config)
		}
	}
	value, err := schema.decode(b.body, in)
	if err != nil {
		return nil, nil, atAddress(b.address(), err)
	}
	encoded, err := encode(value, schema.object)
	return server, encoded, err
}

// planAction validates and plans an action.
func planAction(ctx context.Context, s *session, b block, _ Invocation) (Invoked, error) {
	server, config, err := s.action(b, false)
	if err != nil {
		return Invoked{}, err
	}
	validated, err := server.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: b.kind, Config: config})
	if err != nil {
		return Invoked{}, err
	}
	if told := newInvoked(b, validated.Diagnostics); len(told.Errors) > 0 {
		return told, nil
	}
	planned, err := server.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: b.kind, Config: config})
	if err != nil {
		return Invoked{}, err
	}
	return newInvoked(b, planned.Diagnostics), nil
}

// invokeAction invokes an action, and hears it out as the CLI does: nothing that comes after the provider has stopped counts.
func invokeAction(ctx context.Context, s *session, b block, i Invocation) (Invoked, error) {
	server, config, err := s.action(b, true)
	if err != nil {
		return Invoked{}, err
	}
	stream, err := server.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: b.kind, Config: config})
	if err != nil {
		return Invoked{}, err
	}
	stopped := make(chan struct{})
	stop := func() <-chan struct{} {
		go func() {
			defer close(stopped)
			_, _ = s.server.StopProvider(context.WithoutCancel(ctx), &tfprotov6.StopProviderRequest{})
		}()
		return stopped
	}
	var told Invoked
	for event := range stream.Events {
		select {
		case <-stopped:
			return told, nil
		default:
		}
		switch said := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			told.Progress = append(told.Progress, said.Message)
			if i.Heard != nil {
				i.Heard(said.Message, stop)
			}
		case tfprotov6.CompletedInvokeActionEventType:
			end := newInvoked(b, said.Diagnostics)
			told.Errors, told.Warnings, told.Ended = end.Errors, end.Warnings, true
		}
	}
	return told, nil
}

// newInvoked sorts diagnostics.
func newInvoked(b block, diagnostics []*tfprotov6.Diagnostic) (told Invoked) {
	for _, d := range diagnostics {
		one := ReportedError{
			Summary: d.Summary, Detail: d.Detail, At: "action." + b.address() + attributeIn(d.Attribute), line: b.line(d.Attribute),
		}
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			told.Errors = append(told.Errors, one)
		} else {
			told.Warnings = append(told.Warnings, one)
		}
	}
	return told
}

// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/sync/errgroup"
)

// apply carries out a plan: first deletions, the latest resource first, then every block after what it refers to. As in core, what does not
// refer to each other is created and updated at the same time.
func (s *session) apply(ctx context.Context, changes []change) error {
	s.working.Lock()
	defer s.working.Unlock()
	var problems []error
	failed := map[string]bool{}
	for _, c := range slices.Backward(changes) {
		if slices.Equal(c.actions, replacement) {
			problems = append(problems, s.destroy(ctx, c, failed))
		}
	}
	for _, c := range changes {
		if slices.Equal(c.actions, removal) {
			problems = append(problems, s.destroy(ctx, c, failed))
		}
	}
	in := scope{values: map[string]cty.Value{}, locals: s.config.locals}
	waiting := slices.DeleteFunc(slices.Clone(changes), func(c change) bool { return slices.Equal(c.actions, removal) })
	for len(waiting) > 0 {
		var ready []change
		ready, waiting = s.ready(waiting)
		problems = append(problems, s.carryOutAll(ctx, ready, in, failed)...)
	}
	return errors.Join(problems...)
}

// ready parts changes into those of blocks that refer to none of the others, and the rest.
func (s *session) ready(changes []change) (ready, rest []change) {
	waits := map[string]bool{}
	for _, c := range changes {
		waits[c.block.address()] = true
	}
	for _, c := range changes {
		if s.dependsOn(c.block, waits) {
			rest = append(rest, c)
		} else {
			ready = append(ready, c)
		}
	}
	return ready, rest
}

// atOnce is how many changes are carried out at the same time, which is what core does by default.
const atOnce = 10

// carryOutAll applies what is planned for blocks that do not refer to each other, and adds their values to the scope, or them to those that
// have failed. The session is locked before and after; the changes take turns with it, and let go of it while the provider works.
func (s *session) carryOutAll(ctx context.Context, changes []change, in scope, failed map[string]bool) []error {
	changes = slices.DeleteFunc(changes, func(c change) bool {
		address := c.block.address()
		failed[address] = failed[address] || s.dependsOn(c.block, failed)
		return failed[address]
	})
	values, problems := make([]cty.Value, len(changes)), make([]error, len(changes))
	earlier := len(s.state.created)
	var all errgroup.Group
	all.SetLimit(atOnce)
	s.working.Unlock()
	for i, c := range changes {
		all.Go(func() error {
			s.working.Lock()
			defer s.working.Unlock()
			values[i], problems[i] = s.carryOut(ctx, c, in)
			return nil
		})
	}
	_ = all.Wait() // the errors are among the problems
	s.working.Lock()
	for i, c := range changes {
		failed[c.block.address()] = problems[i] != nil
		if problems[i] == nil {
			in.values[c.block.address()] = values[i]
		}
	}
	// What was created at the same time is in the order of the configuration.
	slices.SortStableFunc(s.state.created[earlier:], func(a, b string) int { return placeOf(changes, a) - placeOf(changes, b) })
	return problems
}

func placeOf(changes []change, address string) int {
	return slices.IndexFunc(changes, func(c change) bool { return c.block.address() == address })
}

// destroy deletes a resource that is in the state. Core passes the private data of the plan, which has none for a tainted resource.
func (s *session) destroy(ctx context.Context, c change, failed map[string]bool) error {
	b := c.block
	prior, ok := s.state.resources[b.address()]
	if !ok {
		return nil
	}
	if b.kind == builtinKind {
		s.state.forget(b.address())
		return nil
	}
	schema, err := s.schema(b)
	if err != nil {
		return err
	}
	none := cty.NullVal(schema.object)
	left, err := s.send(ctx, b, schema, change{before: prior.value, after: none, config: none, private: c.private, identity: prior.identity})
	if err != nil {
		failed[b.address()] = true
		if left != nil {
			s.state.resources[b.address()] = left
		}
		return err
	}
	s.state.forget(b.address())
	return nil
}

// carryOut applies what is planned for one block and returns its value.
func (s *session) carryOut(ctx context.Context, c change, in scope) (cty.Value, error) {
	b := c.block
	switch {
	case b.kind == builtinKind:
		planned, err := s.planBuiltin(b, in)
		if err != nil {
			return cty.NilVal, err
		}
		applied := applyBuiltin(planned.config)
		s.state.keep(b.address(), &instance{value: applied})
		return applied, nil
	case slices.Equal(c.actions, noChange):
		return c.after, nil
	case b.mode == data:
		read, err := s.planData(ctx, b, in, nil)
		return read.after, err
	default:
		return s.applyResource(ctx, c, in)
	}
}

// applyResource plans again with what is known by now, as core does, and applies that plan.
func (s *session) applyResource(ctx context.Context, c change, in scope) (cty.Value, error) {
	b := c.block
	schema, err := s.schema(b)
	if err != nil {
		return cty.NilVal, err
	}
	value, err := schema.decode(b.body, in)
	if err != nil {
		return cty.NilVal, atAddress(b.address(), err)
	}
	prior, exists := s.state.resources[b.address()]
	if !exists {
		prior = &instance{value: cty.NullVal(schema.object)}
	}
	final, _, err := s.ask(ctx, b, schema, prior, value)
	if err != nil {
		return cty.NilVal, err
	}
	if problem := contradicts(c.after, final.after, ""); problem != "" {
		return cty.NilVal, problemf("Provider produced inconsistent final plan\n\n  with %s: %s", b.address(), problem)
	}
	applied, err := s.send(ctx, b, schema, final)
	if applied != nil {
		applied.tainted = err != nil && !exists
		s.state.keep(b.address(), applied)
	}
	if err != nil {
		return cty.NilVal, err
	}
	if problem := contradicts(final.after, applied.value, ""); problem != "" {
		return cty.NilVal, problemf("Provider produced inconsistent result after apply\n\n  with %s: %s", b.address(), problem)
	}
	return applied.value, nil
}

// send applies a change, and unlocks the session while the provider does so. The instance is what the provider wants to keep in the state,
// nil for nothing, even with an error.
func (s *session) send(ctx context.Context, b block, schema *objectSchema, c change) (*instance, error) {
	prior, err := encode(c.before, schema.object)
	if err != nil {
		return nil, err
	}
	planned, err := encode(c.after, schema.object)
	if err != nil {
		return nil, err
	}
	configured, err := encode(c.config, schema.object)
	if err != nil {
		return nil, err
	}
	s.working.Unlock()
	answer, err := s.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: b.kind, PriorState: prior, PlannedState: planned, Config: configured, PlannedPrivate: c.private, PlannedIdentity: c.identity,
	})
	s.working.Lock()
	if err != nil {
		return nil, err
	}
	problem := reported(b, answer.Diagnostics)
	value, err := decode(answer.NewState, schema.object)
	if err != nil {
		return nil, errors.Join(problem, err)
	}
	if value.IsNull() {
		if problem == nil && !c.after.IsNull() {
			problem = problemf("Provider returned nothing for %s and no error", b.address())
		}
		return nil, problem
	}
	if problem == nil && !value.IsWhollyKnown() {
		problem = problemf("Provider returned invalid result object after apply: something of %s is still unknown", b.address())
	}
	if problem == nil {
		problem = s.checkIdentity(b, answer.NewIdentity, value)
	}
	return &instance{value: value, private: answer.Private, identity: answer.NewIdentity}, problem
}

// contradicts describes where a later value differs from the planned one, or returns "". An unknown value may become anything.
func contradicts(planned, later cty.Value, at string) string {
	kind := planned.Type()
	switch {
	case !planned.IsKnown() || planned.RawEquals(later):
		return ""
	case planned.IsNull() || later.IsNull() || !later.IsKnown() || !kind.Equals(later.Type()) && !kind.IsObjectType() && !kind.IsTupleType():
		return fmt.Sprintf("%s was planned as %#v and is %#v", strings.TrimPrefix(at, "."), planned, later)
	case kind.IsObjectType(), kind.IsMapType():
		after := later.AsValueMap()
		for name, value := range planned.AsValueMap() {
			found, ok := after[name]
			if !ok {
				return at + "." + name + " is gone"
			}
			if problem := contradicts(value, found, at+"."+name); problem != "" {
				return problem
			}
		}
		return ""
	case !planned.IsWhollyKnown():
		return ""
	default:
		return fmt.Sprintf("%s was planned as %#v and is %#v", strings.TrimPrefix(at, "."), planned, later)
	}
}

// keep adds a resource to the state.
func (s *state) keep(address string, kept *instance) {
	if _, ok := s.resources[address]; !ok {
		s.created = append(s.created, address)
	}
	s.resources[address] = kept
}

// forget removes a resource from the state.
func (s *state) forget(address string) {
	delete(s.resources, address)
	s.created = slices.DeleteFunc(s.created, func(other string) bool { return other == address })
}

// blockOf is a block of which only the address is known.
func blockOf(address string) block {
	kind, name, _ := strings.Cut(address, ".")
	return block{kind: kind, name: name}
}

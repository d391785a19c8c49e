// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"errors"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// change is what a plan does to one resource or data source.
type change struct {
	block         block
	actions       tfjson.Actions
	before, after cty.Value
	config        cty.Value
	// private and identity are what the plan passes to the apply.
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

var (
	noChange    = tfjson.Actions{tfjson.ActionNoop}
	creation    = tfjson.Actions{tfjson.ActionCreate}
	changing    = tfjson.Actions{tfjson.ActionUpdate}
	removal     = tfjson.Actions{tfjson.ActionDelete}
	replacement = tfjson.Actions{tfjson.ActionDelete, tfjson.ActionCreate}
	reading     = tfjson.Actions{tfjson.ActionRead}
)

// plan plans the configuration: every block after what it refers to, then resources that are no longer in it. Refreshed values are saved in
// the state, as a CLI does when the plan is applied.
func (s *session) plan(ctx context.Context, refresh bool) ([]change, error) {
	blocks, err := s.ordered()
	if err != nil {
		return nil, err
	}
	if err := s.importBlocks(ctx); err != nil {
		return nil, err
	}
	in := scope{values: map[string]cty.Value{}, locals: s.config.locals}
	var changes []change
	var problems []error
	failed := map[string]bool{}
	for _, b := range blocks {
		if s.dependsOn(b, failed) {
			failed[b.address()] = true
			continue
		}
		planned, err := s.planBlock(ctx, b, in, changes, refresh)
		if err != nil {
			failed[b.address()] = true
			problems = append(problems, err)
			continue
		}
		in.values[b.address()] = planned.after
		changes = append(changes, planned)
	}
	removed, err := s.planRemovals(ctx, refresh)
	return append(changes, removed...), errors.Join(append(problems, err)...)
}

// dependsOn reports whether a block refers to one that has failed.
func (s *session) dependsOn(b block, failed map[string]bool) bool {
	references, err := s.references(b)
	return err == nil && slices.ContainsFunc(references, func(address string) bool { return failed[address] })
}

func (s *session) planBlock(ctx context.Context, b block, in scope, before []change, refresh bool) (change, error) {
	switch {
	case b.kind == builtinKind:
		return s.planBuiltin(b, in)
	case b.mode == data:
		return s.planData(ctx, b, in, before)
	}
	if refresh {
		if err := s.refresh(ctx, b); err != nil {
			return change{}, err
		}
	}
	return s.planResource(ctx, b, in)
}

func (s *session) planBuiltin(b block, in scope) (change, error) {
	evaluated, err := in.context()
	if err != nil {
		return change{}, err
	}
	attributes, diags := b.body.JustAttributes()
	if diags.HasErrors() || attributes["input"] == nil {
		return change{}, errors.Join(errors.New("terraform_data is known here with an input only"), diags)
	}
	input, diags := attributes["input"].Expr.Value(evaluated)
	if diags.HasErrors() {
		return change{}, diags
	}
	planned := change{block: b, actions: creation, before: cty.NullVal(cty.DynamicPseudoType), config: input}
	if prior, ok := s.state.resources[b.address()]; ok {
		planned.before, planned.actions = prior.value, changing
	}
	planned.after = planBuiltin(planned.before, input)
	if !planned.before.IsNull() && planned.after.RawEquals(planned.before) {
		planned.actions = noChange
	}
	return planned, nil
}

// planData reads a data source, or plans to read it when it depends on something unknown or not yet applied.
func (s *session) planData(ctx context.Context, b block, in scope, before []change) (change, error) {
	schema, err := s.schema(b)
	if err != nil {
		return change{}, err
	}
	value, err := schema.decode(b.body, in)
	if err != nil {
		return change{}, atAddress(b.address(), err)
	}
	if err := s.validateBlock(ctx, b, schema, value); err != nil {
		return change{}, err
	}
	prior := cty.NullVal(schema.object)
	if !value.IsWhollyKnown() || waits(b, before) {
		return change{block: b, actions: reading, before: prior, after: schema.later(value), config: value}, nil
	}
	read, err := s.readData(ctx, b, schema, value)
	return change{block: b, actions: noChange, before: prior, after: read, config: value}, err
}

// waits reports whether a data source depends on a resource that is about to change.
func waits(b block, before []change) bool {
	return slices.ContainsFunc(before, func(c change) bool {
		return slices.Contains(b.dependsOn, c.block.address()) && !slices.Equal(c.actions, noChange)
	})
}

// later is what is known about a data source before it is read.
func (s *objectSchema) later(value cty.Value) cty.Value {
	known := value.AsValueMap()
	for name, attribute := range s.attributes {
		if attribute.Computed && known[name].IsNull() {
			known[name] = cty.UnknownVal(s.object.AttributeType(name))
		}
	}
	return cty.ObjectVal(known)
}

func (s *session) readData(ctx context.Context, b block, schema *objectSchema, value cty.Value) (cty.Value, error) {
	encoded, err := encode(value, schema.object)
	if err != nil {
		return cty.NilVal, err
	}
	answer, err := s.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: b.kind, Config: encoded})
	if err != nil {
		return cty.NilVal, err
	}
	if err := reported(b, answer.Diagnostics); err != nil {
		return cty.NilVal, err
	}
	read, err := decode(answer.State, schema.object)
	if err == nil {
		s.state.data[b.address()] = read
	}
	return read, err
}

// refresh reads a resource that is in the state.
func (s *session) refresh(ctx context.Context, b block) error {
	prior, ok := s.state.resources[b.address()]
	if !ok || b.kind == builtinKind {
		return nil
	}
	schema, err := s.schema(b)
	if err != nil {
		return err
	}
	read, err := s.read(ctx, b, schema, prior)
	if err != nil {
		return err
	}
	if read == nil {
		s.state.forget(b.address())
		return nil
	}
	read.tainted = prior.tainted
	s.state.resources[b.address()] = read
	return nil
}

// read returns a resource as it is now, nil when it is gone.
func (s *session) read(ctx context.Context, b block, schema *objectSchema, prior *instance) (*instance, error) {
	encoded, err := encode(prior.value, schema.object)
	if err != nil {
		return nil, err
	}
	answer, err := s.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: b.kind, CurrentState: encoded, Private: prior.private, CurrentIdentity: prior.identity,
	})
	if err != nil {
		return nil, err
	}
	if err := reported(b, answer.Diagnostics); err != nil {
		return nil, err
	}
	value, err := decode(answer.NewState, schema.object)
	if err != nil || value.IsNull() {
		return nil, err
	}
	return &instance{value: value, private: answer.Private, identity: answer.NewIdentity}, s.checkIdentity(b, answer.NewIdentity, value)
}

// planResource plans a resource, twice when it has to be replaced, as core does.
func (s *session) planResource(ctx context.Context, b block, in scope) (change, error) {
	schema, err := s.schema(b)
	if err != nil {
		return change{}, err
	}
	value, err := schema.decode(b.body, in)
	if err != nil {
		return change{}, atAddress(b.address(), err)
	}
	if err := s.validateBlock(ctx, b, schema, value); err != nil {
		return change{}, err
	}
	none := cty.NullVal(schema.object)
	prior, exists := s.state.resources[b.address()]
	if !exists || prior.tainted {
		planned, _, err := s.ask(ctx, b, schema, &instance{value: none}, value)
		planned.actions = creation
		if exists {
			planned.actions, planned.before = replacement, prior.value
		}
		return planned, err
	}
	planned, replace, err := s.ask(ctx, b, schema, prior, value)
	switch {
	case err != nil:
		return planned, err
	case replace:
		anew, _, err := s.ask(ctx, b, schema, &instance{value: none, private: planned.private}, value)
		anew.actions, anew.before = replacement, prior.value
		return anew, err
	case planned.after.RawEquals(prior.value):
		planned.actions = noChange
	default:
		planned.actions = changing
	}
	return planned, nil
}

// ask asks the provider for a plan.
func (s *session) ask(
	ctx context.Context,
	b block,
	schema *objectSchema,
	prior *instance,
	value cty.Value,
) (planned change, replace bool, err error) {
	priorState, err := encode(prior.value, schema.object)
	if err != nil {
		return change{}, false, err
	}
	proposed, err := encode(schema.proposed(prior.value, value), schema.object)
	if err != nil {
		return change{}, false, err
	}
	configured, err := encode(value, schema.object)
	if err != nil {
		return change{}, false, err
	}
	answer, err := s.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         b.kind,
		PriorState:       priorState,
		ProposedNewState: proposed,
		Config:           configured,
		PriorPrivate:     prior.private,
		PriorIdentity:    prior.identity,
	})
	if err != nil {
		return change{}, false, err
	}
	if err := reported(b, answer.Diagnostics); err != nil {
		return change{}, false, err
	}
	after, err := decode(answer.PlannedState, schema.object)
	if err != nil {
		return change{}, false, err
	}
	planned = change{
		block: b, before: prior.value, after: after, config: value, private: answer.PlannedPrivate, identity: answer.PlannedIdentity,
	}
	if problem := schema.misplanned(value, prior.value, after); problem != "" {
		return planned, false, problemf("Provider produced invalid plan\n\n  with %s: %s", b.address(), problem)
	}
	return planned, !prior.value.IsNull() && differs(answer.RequiresReplace, prior.value, after), nil
}

// proposed merges a configuration with the prior state: computed attributes that are not configured keep their prior values.
func (s *objectSchema) proposed(prior, value cty.Value) cty.Value {
	if prior.IsNull() {
		return value
	}
	merged := value.AsValueMap()
	for name, attribute := range s.attributes {
		if attribute.Computed && merged[name].IsNull() {
			merged[name] = prior.GetAttr(name)
		}
	}
	return cty.ObjectVal(merged)
}

// misplanned says what of a plan breaks the rules of the protocol, or "": what is configured is planned, or the prior value of it, which
// must not be null.
func (s *objectSchema) misplanned(value, prior, after cty.Value) string {
	for name, attribute := range s.attributes {
		configured, planned := value.GetAttr(name), after.GetAttr(name)
		same := planned.RawEquals(configured) ||
			!prior.IsNull() && !configured.IsNull() && !prior.GetAttr(name).IsNull() && planned.RawEquals(prior.GetAttr(name))
		switch {
		case attribute.WriteOnly:
			if !planned.IsNull() {
				return name + " is write-only and has a value in the plan"
			}
		case same, !configured.IsWhollyKnown():
		case attribute.Computed && configured.IsNull():
		default:
			return name + " is planned as something else than is configured"
		}
	}
	return ""
}

// differs reports whether any of the attributes has changed.
func differs(paths []*tftypes.AttributePath, prior, after cty.Value) bool {
	return slices.ContainsFunc(paths, func(path *tftypes.AttributePath) bool {
		name, ok := path.Steps()[0].(tftypes.AttributeName)
		return ok && !prior.GetAttr(string(name)).RawEquals(after.GetAttr(string(name)))
	})
}

// planRemovals plans to delete what is in the state and no longer in the configuration, the latest first.
func (s *session) planRemovals(ctx context.Context, refresh bool) ([]change, error) {
	var changes []change
	for _, address := range slices.Backward(slices.Clone(s.state.created)) {
		if slices.ContainsFunc(s.config.blocks, func(b block) bool { return b.address() == address }) {
			continue
		}
		removed, ok, err := s.planRemoval(ctx, blockOf(address), refresh)
		if err != nil {
			return changes, err
		}
		if ok {
			changes = append(changes, removed)
		}
	}
	return changes, nil
}

func (s *session) planRemoval(ctx context.Context, b block, refresh bool) (change, bool, error) {
	if refresh {
		if err := s.refresh(ctx, b); err != nil {
			return change{}, false, err
		}
	}
	prior, ok := s.state.resources[b.address()]
	if !ok {
		return change{}, false, nil
	}
	removed := change{block: b, actions: removal, before: prior.value, after: cty.NullVal(prior.value.Type()), private: prior.private}
	if b.kind == builtinKind {
		return removed, true, nil
	}
	schema, err := s.schema(b)
	if err != nil {
		return change{}, false, err
	}
	priorState, err := encode(prior.value, schema.object)
	if err != nil {
		return change{}, false, err
	}
	none, err := encode(cty.NullVal(schema.object), schema.object)
	if err != nil {
		return change{}, false, err
	}
	answer, err := s.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         b.kind,
		PriorState:       priorState,
		ProposedNewState: none,
		Config:           none,
		PriorPrivate:     prior.private,
		PriorIdentity:    prior.identity,
	})
	if err != nil {
		return change{}, false, err
	}
	removed.private = answer.PlannedPrivate
	return removed, true, reported(b, answer.Diagnostics)
}

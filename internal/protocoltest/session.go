// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// instance is a resource in the state.
type instance struct {
	value    cty.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

// state is what one command leaves for the next.
type state struct {
	resources map[string]*instance
	data      map[string]cty.Value
	// created are the addresses of the resources in the order of their creation.
	created []string
}

// clone copies a state. What it holds is never changed in place.
func (s *state) clone() *state {
	return &state{resources: maps.Clone(s.resources), data: maps.Clone(s.data), created: slices.Clone(s.created)}
}

// same reports whether a plan finds in two states the same resources.
func (s *state) same(other *state) bool {
	return maps.EqualFunc(s.resources, other.resources, (*instance).same)
}

// same reports whether a provider that is asked about two instances is asked the same.
func (i *instance) same(other *instance) bool {
	return i == other || i.value.RawEquals(other.value) && i.tainted == other.tainted &&
		bytes.Equal(i.private, other.private) && reflect.DeepEqual(i.identity, other.identity)
}

// providerBlock represents the provider block in errors.
var providerBlock = block{kind: "provider", name: "pe"}

// session is one command, with its own provider, as a CLI starts one for each command.
type session struct {
	server  tfprotov6.ProviderServer
	schemas *schemas
	config  config
	state   *state
	// valid is what this process of the provider has accepted: see [session.validateBlock].
	valid accepted
	// working is held by the one change of an apply that uses the session.
	working sync.Mutex
}

// accepted are the last values that were validated without an error, by the address of their blocks.
type accepted map[string]cty.Value

// ask asks whether a value is valid, unless it is known to be.
func (a accepted) ask(address string, value cty.Value, ask func() error) error {
	if known, ok := a[address]; ok && known.RawEquals(value) {
		return nil
	}
	err := ask()
	if err == nil && a != nil {
		a[address] = value
	}
	return err
}

// open starts a provider for a configuration, validates all of it, and configures the provider.
func (r *runner) open(ctx context.Context, c config) (*session, error) {
	server, err := r.start()
	if err != nil {
		return nil, fmt.Errorf("starting the provider: %w", err)
	}
	if r.schemas == nil {
		if r.schemas, err = readSchemas(ctx, server); err != nil {
			return nil, err
		}
	}
	opened := &session{server: server, schemas: r.schemas, config: c, state: r.state, valid: accepted{}}
	if err := opened.validate(ctx); err != nil {
		return nil, err
	}
	return opened, opened.configure(ctx)
}

// validate validates every block, with unknown values for references to others, as core does first.
func (s *session) validate(ctx context.Context) error {
	unknown := scope{values: map[string]cty.Value{}, locals: s.config.locals}
	for _, b := range s.config.blocks {
		unknown.values[b.address()] = cty.DynamicVal
	}
	var problems []error
	for _, b := range s.config.blocks {
		if b.kind == builtinKind {
			continue
		}
		schema, err := s.schema(b)
		if err != nil {
			return err
		}
		value, err := schema.decode(b.body, unknown)
		if err != nil {
			problems = append(problems, atAddress(b.address(), err))
			continue
		}
		problems = append(problems, s.validateBlock(ctx, b, schema, value))
	}
	return errors.Join(problems...)
}

// validateBlock validates the configuration of a block. Core does so in each command, and again while it plans. Validation has nothing to
// go by but the configuration, and what a process notes of it stays: what it has accepted is not asked about again until it changes.
func (s *session) validateBlock(ctx context.Context, b block, schema *objectSchema, value cty.Value) error {
	return s.valid.ask(b.address(), value, func() error { return s.askValid(ctx, b, schema, value) })
}

func (s *session) askValid(ctx context.Context, b block, schema *objectSchema, value cty.Value) error {
	encoded, err := encode(value, schema.object)
	if err != nil {
		return err
	}
	if b.mode == data {
		answer, err := s.server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: b.kind, Config: encoded})
		if err != nil {
			return err
		}
		return reported(b, answer.Diagnostics)
	}
	answer, err := s.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: b.kind, Config: encoded,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return err
	}
	return reported(b, answer.Diagnostics)
}

func (s *session) configure(ctx context.Context) error {
	schema, err := s.schemas.object(s.schemas.Provider)
	if err != nil {
		return err
	}
	body := s.config.provider
	if body == nil {
		body = hcl.EmptyBody()
	}
	value, err := schema.decode(body, scope{})
	if err != nil {
		return err
	}
	encoded, err := encode(value, schema.object)
	if err != nil {
		return err
	}
	if err := s.validateProvider(ctx, value, encoded); err != nil {
		return err
	}
	configured, err := s.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.0", Config: encoded})
	if err != nil {
		return err
	}
	return reported(providerBlock, configured.Diagnostics)
}

// validateProvider validates the provider block, as [session.validateBlock] does other blocks.
func (s *session) validateProvider(ctx context.Context, value cty.Value, encoded *tfprotov6.DynamicValue) error {
	return s.valid.ask(providerBlock.address(), value, func() error {
		answer, err := s.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: encoded})
		if err != nil {
			return err
		}
		return reported(providerBlock, answer.Diagnostics)
	})
}

// schema returns the schema of a resource or data source.
func (s *session) schema(b block) (*objectSchema, error) {
	of := s.schemas.ResourceSchemas
	if b.mode == data {
		of = s.schemas.DataSourceSchemas
	}
	found, ok := of[b.kind]
	if !ok {
		return nil, fmt.Errorf("the provider has no %s", b.address())
	}
	return s.schemas.object(found)
}

// decode evaluates a body.
func (s *objectSchema) decode(body hcl.Body, in scope) (cty.Value, error) {
	ctx, err := in.context()
	if err != nil {
		return cty.NilVal, err
	}
	value, diags := hcldec.Decode(body, s.spec, ctx)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	return value, nil
}

// references returns the addresses that a block refers to.
func (s *session) references(b block) ([]string, error) {
	spec := hcldec.Spec(&hcldec.AttrSpec{Name: "input", Type: cty.DynamicPseudoType})
	if b.kind != builtinKind {
		schema, err := s.schema(b)
		if err != nil {
			return nil, err
		}
		spec = schema.spec
	}
	found := append([]string{}, b.dependsOn...)
	traversals := hcldec.Variables(b.body, spec)
	for _, local := range s.config.locals {
		traversals = append(traversals, local.Expr.Variables()...)
	}
	for _, traversal := range traversals {
		if address := addressOf(traversal); address != "" && address != b.address() {
			found = append(found, address)
		}
	}
	return found, nil
}

// ordered sorts the blocks so that each comes after what it refers to.
func (s *session) ordered() ([]block, error) {
	var sorted []block
	done := map[string]bool{}
	waiting := s.config.blocks
	for len(waiting) > 0 {
		var later []block
		for _, b := range waiting {
			references, err := s.references(b)
			if err != nil {
				return nil, err
			}
			if !s.allDone(references, done) {
				later = append(later, b)
				continue
			}
			sorted = append(sorted, b)
			done[b.address()] = true
		}
		if len(later) == len(waiting) {
			return nil, fmt.Errorf("these blocks refer to each other: %s", later[0].address())
		}
		waiting = later
	}
	return sorted, nil
}

// allDone reports whether every referenced block of the configuration is done.
func (s *session) allDone(references []string, done map[string]bool) bool {
	for _, address := range references {
		for _, b := range s.config.blocks {
			if b.address() == address && !done[address] {
				return false
			}
		}
	}
	return true
}

// reported returns the errors among diagnostics as a CLI prints them, with the line of the configuration that they are bound to.
func reported(b block, diagnostics []*tfprotov6.Diagnostic) error {
	var problems []error
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			continue
		}
		problems = append(problems, problem{ReportedError{
			Summary: d.Summary, Detail: d.Detail, At: b.address() + attributeIn(d.Attribute), line: b.line(d.Attribute),
		}})
	}
	return errors.Join(problems...)
}

// attributeIn formats a path to follow the address of a block.
func attributeIn(path *tftypes.AttributePath) string {
	var text strings.Builder
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			text.WriteString("." + string(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&text, "[%q]", string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&text, "[%d]", step)
		}
	}
	return text.String()
}

// line returns the line of the configuration that sets an attribute of the block, "" if it is not set.
func (b block) line(path *tftypes.AttributePath) string {
	body, ok := b.body.(*hclsyntax.Body)
	if !ok || path == nil || len(path.Steps()) == 0 {
		return ""
	}
	name, ok := path.Steps()[0].(tftypes.AttributeName)
	if !ok || body.Attributes[string(name)] == nil {
		return ""
	}
	return string(body.Attributes[string(name)].SrcRange.SliceBytes(b.source))
}

// ReportedError is an error that a provider has reported.
type ReportedError struct {
	Summary, Detail string
	// At is the block or the attribute that is at fault, such as pe_task.restart.params.
	At   string
	line string
}

// Error implements error.
func (e ReportedError) Error() string {
	return fmt.Sprintf("%s\n\n  with %s,\n%s\n\n%s", e.Summary, e.At, e.line, e.Detail)
}

// problem is an error as a CLI prints it, with a capital.
type problem struct{ error }

// Error implements error.
func (p problem) Error() string { return "Error: " + p.error.Error() }

// Unwrap returns the error without its heading.
func (p problem) Unwrap() error { return p.error }

func problemf(format string, args ...any) error { return problem{fmt.Errorf(format, args...)} }

func atAddress(address string, err error) error {
	return problemf("with %s: %w", address, err)
}

// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/zclconf/go-cty/cty"
)

// defaultLimit is how many results core takes when the block does not say.
const defaultLimit = 100

// Listed is a result of a query.
type Listed struct {
	DisplayName string
	// Identity are the texts of the identity, without those that are null.
	Identity map[string]string
	// Resource is the object in the form of JSON, nil unless it was asked for.
	Resource map[string]any
}

// Queried is what a list block finds.
type Queried struct {
	Results []Listed
	// Warnings are the summaries and details of warnings, in the order in which they come.
	Warnings []string
}

// listBlock is a `list` block of a query.
type listBlock struct {
	block
	provider        string
	limit           int64
	includeResource bool
}

// Query does what `terraform query` does for one list block: it validates and lists, takes warnings that come alone, stops at the first
// error and at the limit. Each object that comes with a result has to be what an import by its identity makes of it, because only then the
// configuration that core generates of it is planned without a change.
func Query(ctx context.Context, start func() (tfprotov6.ProviderServer, error), provider, text string) (Queried, error) {
	r := &runner{start: start, state: &state{resources: map[string]*instance{}, data: map[string]cty.Value{}}}
	c, err := parse(provider)
	if err != nil {
		return Queried{}, err
	}
	wanted, err := parseList(text)
	if err != nil {
		return Queried{}, err
	}
	opened, err := r.open(ctx, c)
	if err != nil {
		return Queried{}, err
	}
	return opened.query(ctx, wanted)
}

func parseList(text string) (listBlock, error) {
	file, diags := hclparse.NewParser().ParseHCL([]byte(text), "main.tfquery.hcl")
	if diags.HasErrors() {
		return listBlock{}, diags
	}
	content, diags := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "list", LabelNames: []string{"type", "name"}}}})
	if diags.HasErrors() {
		return listBlock{}, diags
	}
	if len(content.Blocks) != 1 {
		return listBlock{}, fmt.Errorf("there are %d list blocks, and only one is known here", len(content.Blocks))
	}
	var written struct {
		Provider        hcl.Expression `hcl:"provider"`
		Limit           *int64         `hcl:"limit,optional"`
		IncludeResource bool           `hcl:"include_resource,optional"`
		Config          *struct {
			Body hcl.Body `hcl:",remain"`
		} `hcl:"config,block"`
	}
	found := content.Blocks[0]
	if diags := gohcl.DecodeBody(found.Body, nil, &written); diags.HasErrors() {
		return listBlock{}, diags
	}
	b := listBlock{
		block: block{kind: found.Labels[0], name: found.Labels[1], body: hcl.EmptyBody(), source: file.Bytes}, limit: defaultLimit,
		provider: hcl.ExprAsKeyword(written.Provider), includeResource: written.IncludeResource,
	}
	if written.Limit != nil {
		b.limit = *written.Limit
	}
	if written.Config != nil {
		b.body = written.Config.Body
	}
	return b, nil
}

func (s *session) query(ctx context.Context, b listBlock) (found Queried, err error) {
	lists, ok := s.server.(tfprotov6.ListResourceServer) //nolint:staticcheck // the library has it beside the other servers for now.
	schema := s.schemas.ListResourceSchemas[b.kind]
	if !ok || schema == nil || b.provider != "pe" {
		return found, fmt.Errorf("provider %q has no list resource %s", b.provider, b.kind)
	}
	of, err := s.schemas.object(schema)
	if err != nil {
		return found, err
	}
	value, err := of.decode(b.body, scope{})
	if err != nil {
		return found, err
	}
	encoded, err := encode(value, of.object)
	if err != nil {
		return found, err
	}
	validated, err := lists.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: b.kind, Config: encoded})
	if err != nil {
		return found, err
	}
	if err := reported(b.block, validated.Diagnostics); err != nil || !value.IsWhollyKnown() {
		return found, err
	}
	stream, err := lists.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName: b.kind, Config: encoded, IncludeResource: b.includeResource, Limit: b.limit,
	})
	if err != nil || b.limit == 0 {
		return found, err
	}
	for event := range stream.Results {
		if err := s.take(ctx, b, event, &found); err != nil {
			return found, err
		}
		if int64(len(found.Results)) >= b.limit {
			break
		}
	}
	return found, nil
}

// take takes one event of a list.
func (s *session) take(ctx context.Context, b listBlock, event tfprotov6.ListResourceResult, found *Queried) error {
	for _, d := range event.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			found.Warnings = append(found.Warnings, d.Summary+"\n\n"+d.Detail)
		}
	}
	if err := reported(b.block, event.Diagnostics); err != nil {
		return err
	}
	if event.Identity == nil && len(found.Warnings) > 0 {
		return nil
	}
	if event.Identity == nil {
		return errors.New("a result has no identity")
	}
	texts, err := s.textsOf(b.block, event.Identity)
	if err != nil {
		return err
	}
	listed := Listed{DisplayName: event.DisplayName, Identity: texts}
	if b.includeResource {
		if listed.Resource, err = s.listedResource(ctx, b.block, event); err != nil {
			return err
		}
	}
	found.Results = append(found.Results, listed)
	return nil
}

// listedResource returns the object of a result, which is what an import makes of it.
func (s *session) listedResource(ctx context.Context, b block, event tfprotov6.ListResourceResult) (map[string]any, error) {
	schema, err := s.schema(b)
	if err != nil {
		return nil, err
	}
	object, err := decode(event.Resource, schema.object)
	if err != nil {
		return nil, err
	}
	imported, err := s.importResource(ctx, b, &tfprotov6.ImportResourceStateRequest{TypeName: b.kind, Identity: event.Identity})
	if err != nil {
		return nil, err
	}
	if problem := contradicts(object, imported.value, ""); problem != "" {
		return nil, problemf("An import of the listed %s %q makes something else of it: %s", b.kind, event.DisplayName, problem)
	}
	shown, _ := jsonValue(object).(map[string]any)
	return shown, nil
}

// textsOf returns the texts of an identity.
func (s *session) textsOf(b block, identity *tfprotov6.ResourceIdentityData) (map[string]string, error) {
	kind, err := ctyType(s.schemas.identities[b.kind].ValueType())
	if err != nil {
		return nil, err
	}
	value, err := decode(identity.IdentityData, kind)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, attribute := range value.AsValueMap() {
		if !attribute.IsNull() {
			texts[name] = attribute.AsString()
		}
	}
	return texts, nil
}

// Names are the display names of what was found, in order.
func (q Queried) Names() (names []string) {
	for _, one := range q.Results {
		names = append(names, one.DisplayName)
	}
	return names
}

// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// importBlock is an `import` block of a configuration.
type importBlock struct {
	to string
	// id is "" where the block has an identity.
	id       string
	identity map[string]string
}

func newImportBlock(body hcl.Body) (importBlock, error) {
	var written struct {
		To       hcl.Expression    `hcl:"to"`
		ID       string            `hcl:"id,optional"`
		Identity map[string]string `hcl:"identity,optional"`
	}
	if diags := gohcl.DecodeBody(body, nil, &written); diags.HasErrors() {
		return importBlock{}, diags
	}
	to, diags := hcl.AbsTraversalForExpr(written.To)
	if diags.HasErrors() {
		return importBlock{}, diags
	}
	return importBlock{to: addressOf(to), id: written.ID, identity: written.Identity}, nil
}

// importBlocks imports what the `import` blocks of the configuration name, as core does before it plans. What is in the state stays.
func (s *session) importBlocks(ctx context.Context) error {
	for _, wanted := range s.config.imports {
		if _, known := s.state.resources[wanted.to]; known {
			continue
		}
		b := blockOf(wanted.to)
		req := &tfprotov6.ImportResourceStateRequest{TypeName: b.kind, ID: wanted.id}
		if wanted.identity != nil {
			identity, err := s.encodeIdentity(b, wanted.identity)
			if err != nil {
				return err
			}
			req.Identity = identity
		}
		imported, err := s.importResource(ctx, b, req)
		if err != nil {
			return err
		}
		s.state.keep(wanted.to, imported)
	}
	return nil
}

// encodeIdentity makes an identity of texts. What is left out is null.
func (s *session) encodeIdentity(b block, texts map[string]string) (*tfprotov6.ResourceIdentityData, error) {
	schema := s.schemas.identities[b.kind]
	if schema == nil {
		return nil, fmt.Errorf("%s has no identity", b.kind)
	}
	kind, err := ctyType(schema.ValueType())
	if err != nil {
		return nil, err
	}
	values := map[string]cty.Value{}
	for _, attribute := range schema.IdentityAttributes {
		text, given := texts[attribute.Name]
		switch {
		case given:
			values[attribute.Name] = cty.StringVal(text)
		case attribute.RequiredForImport:
			return nil, fmt.Errorf("the identity of %s needs %s", b.address(), attribute.Name)
		default:
			values[attribute.Name] = cty.NullVal(kind.AttributeType(attribute.Name))
		}
	}
	encoded, err := encode(cty.ObjectVal(values), kind)
	return &tfprotov6.ResourceIdentityData{IdentityData: encoded}, err
}

// checkIdentity says what is wrong with the identity that comes with an object: there has to be one, wholly known, with everything that an
// import by it needs. What the object has under the same name must be the same. Resources without identities must not return one.
func (s *session) checkIdentity(b block, identity *tfprotov6.ResourceIdentityData, object cty.Value) error {
	schema := s.schemas.identities[b.kind]
	switch {
	case schema == nil && identity == nil:
		return nil
	case schema == nil:
		return problemf("Provider returned an identity for %s, whose type has none", b.address())
	case identity == nil || identity.IdentityData == nil:
		return problemf("Provider returned no identity for %s", b.address())
	}
	kind, err := ctyType(schema.ValueType())
	if err != nil {
		return err
	}
	value, err := decode(identity.IdentityData, kind)
	if err != nil {
		return err
	}
	if value.IsNull() || !value.IsWhollyKnown() {
		return problemf("Provider produced invalid identity for %s: %#v", b.address(), value)
	}
	for _, attribute := range schema.IdentityAttributes {
		got := value.GetAttr(attribute.Name)
		if attribute.RequiredForImport && got.IsNull() {
			return problemf("Provider produced invalid identity for %s: %s is null", b.address(), attribute.Name)
		}
		if !attribute.Type.Is(tftypes.String) || !object.Type().HasAttribute(attribute.Name) {
			continue
		}
		if same := object.GetAttr(attribute.Name); !same.RawEquals(got) {
			return problemf("The identity of %s has %s = %#v, and the object %#v", b.address(), attribute.Name, got, same)
		}
	}
	return nil
}

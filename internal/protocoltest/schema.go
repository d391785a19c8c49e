// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	ctymsgpack "github.com/zclconf/go-cty/cty/msgpack"
)

// schemas are those of a provider. To read and to convert them takes longer than most commands do, so that they are kept for all
// commands of a test.
type schemas struct {
	*tfprotov6.GetProviderSchemaResponse
	identities map[string]*tfprotov6.ResourceIdentitySchema
	objects    map[*tfprotov6.Schema]*objectSchema
}

func readSchemas(ctx context.Context, server tfprotov6.ProviderServer) (*schemas, error) {
	answer, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("reading the schemas of identities: %w", err)
	}
	return &schemas{
		GetProviderSchemaResponse: answer, identities: identities.IdentitySchemas, objects: map[*tfprotov6.Schema]*objectSchema{},
	}, errors.Join(reported(block{}, answer.Diagnostics), reported(block{}, identities.Diagnostics))
}

// object returns one of the schemas in the types of HCL.
func (s *schemas) object(schema *tfprotov6.Schema) (*objectSchema, error) {
	if known := s.objects[schema]; known != nil {
		return known, nil
	}
	object, err := newObjectSchema(schema)
	if err == nil {
		s.objects[schema] = object
	}
	return object, err
}

// objectSchema is the schema of a block, in the types of HCL.
type objectSchema struct {
	version    int64
	object     cty.Type
	spec       hcldec.ObjectSpec
	attributes map[string]*tfprotov6.SchemaAttribute
}

func newObjectSchema(schema *tfprotov6.Schema) (*objectSchema, error) {
	object, err := ctyType(schema.ValueType())
	if err != nil {
		return nil, err
	}
	s := &objectSchema{
		version:    schema.Version,
		object:     object,
		spec:       hcldec.ObjectSpec{},
		attributes: map[string]*tfprotov6.SchemaAttribute{},
	}
	for _, attribute := range schema.Block.Attributes {
		kind, err := configType(attribute)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", attribute.Name, err)
		}
		s.attributes[attribute.Name] = attribute
		s.spec[attribute.Name] = &hcldec.AttrSpec{Name: attribute.Name, Type: kind, Required: attribute.Required}
	}
	for _, nested := range schema.Block.BlockTypes {
		if nested.Nesting != tfprotov6.SchemaNestedBlockNestingModeSingle {
			return nil, fmt.Errorf("%s: only single blocks are known here", nested.TypeName)
		}
		inner, err := newObjectSchema(&tfprotov6.Schema{Block: nested.Block})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", nested.TypeName, err)
		}
		s.spec[nested.TypeName] = &hcldec.BlockSpec{TypeName: nested.TypeName, Nested: inner.spec}
	}
	return s, nil
}

// configType is the type of an attribute in a configuration, where optional attributes of objects may be left out.
func configType(attribute *tfprotov6.SchemaAttribute) (cty.Type, error) {
	if attribute.NestedType == nil {
		return ctyType(attribute.Type)
	}
	members, optional := map[string]cty.Type{}, []string{}
	for _, nested := range attribute.NestedType.Attributes {
		kind, err := configType(nested)
		if err != nil {
			return cty.NilType, err
		}
		members[nested.Name] = kind
		if !nested.Required {
			optional = append(optional, nested.Name)
		}
	}
	object := cty.ObjectWithOptionalAttrs(members, optional)
	switch attribute.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return object, nil
	case tfprotov6.SchemaObjectNestingModeList:
		return cty.List(object), nil
	case tfprotov6.SchemaObjectNestingModeSet:
		return cty.Set(object), nil
	case tfprotov6.SchemaObjectNestingModeMap:
		return cty.Map(object), nil
	default:
		return cty.NilType, fmt.Errorf("nesting %s is not known here", attribute.NestedType.Nesting)
	}
}

// ctyType converts a type of the protocol to HCL. Both libraries use the same JSON form of types.
func ctyType(kind tftypes.Type) (cty.Type, error) {
	encoded, err := json.Marshal(kind)
	if err != nil {
		return cty.NilType, fmt.Errorf("encoding a type: %w", err)
	}
	return ctyjson.UnmarshalType(encoded)
}

// encode encodes a value for the protocol.
func encode(value cty.Value, kind cty.Type) (*tfprotov6.DynamicValue, error) {
	packed, err := ctymsgpack.Marshal(value, kind)
	if err != nil {
		return nil, fmt.Errorf("encoding a value: %w", err)
	}
	return &tfprotov6.DynamicValue{MsgPack: packed}, nil
}

// decode decodes a value of the protocol. A missing value is null.
func decode(value *tfprotov6.DynamicValue, kind cty.Type) (cty.Value, error) {
	if value == nil {
		return cty.NullVal(kind), nil
	}
	if len(value.JSON) > 0 {
		return ctyjson.Unmarshal(value.JSON, kind)
	}
	return ctymsgpack.Unmarshal(value.MsgPack, kind)
}

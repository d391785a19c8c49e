// SPDX-License-Identifier: MPL-2.0

package schemajson

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// converter converts schemas of the protocol to those that the CLI prints. It keeps the errors of types that cannot be converted.
type converter struct{ err error }

func (c *converter) schema(schema *tfprotov6.Schema) *tfjson.Schema {
	if schema == nil {
		return &tfjson.Schema{}
	}
	return &tfjson.Schema{Version: count(schema.Version), Block: c.block(schema.Block)}
}

func (c *converter) action(action *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	return &tfjson.ActionSchema{Block: c.schema(action.Schema).Block}
}

func (c *converter) identity(identity *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	converted := &tfjson.IdentitySchema{Version: count(identity.Version), Attributes: map[string]*tfjson.IdentityAttribute{}}
	for _, attribute := range identity.IdentityAttributes {
		converted.Attributes[attribute.Name] = &tfjson.IdentityAttribute{
			IdentityType:      c.kind(attribute.Name, attribute.Type),
			Description:       attribute.Description,
			RequiredForImport: attribute.RequiredForImport,
			OptionalForImport: attribute.OptionalForImport,
		}
	}
	return converted
}

func (c *converter) block(block *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	converted := &tfjson.SchemaBlock{
		Attributes:      c.attributes(block.Attributes),
		NestedBlocks:    map[string]*tfjson.SchemaBlockType{},
		Description:     block.Description,
		DescriptionKind: descriptionKind(block.DescriptionKind),
		Deprecated:      block.Deprecated,
	}
	for _, nested := range block.BlockTypes {
		converted.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: nestingMode(nested.Nesting),
			Block:       c.block(nested.Block),
			MinItems:    count(nested.MinItems),
			MaxItems:    count(nested.MaxItems),
		}
	}
	return converted
}

func (c *converter) attributes(attributes []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	converted := map[string]*tfjson.SchemaAttribute{}
	for _, attribute := range attributes {
		one := &tfjson.SchemaAttribute{
			Description:     attribute.Description,
			DescriptionKind: descriptionKind(attribute.DescriptionKind),
			Deprecated:      attribute.Deprecated,
			Required:        attribute.Required,
			Optional:        attribute.Optional,
			Computed:        attribute.Computed,
			Sensitive:       attribute.Sensitive,
			WriteOnly:       attribute.WriteOnly,
		}
		if nested := attribute.NestedType; nested != nil {
			one.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				Attributes:  c.attributes(nested.Attributes),
				NestingMode: nestingMode(nested.Nesting),
			}
		} else {
			one.AttributeType = c.kind(attribute.Name, attribute.Type)
		}
		converted[attribute.Name] = one
	}
	return converted
}

func (c *converter) function(function *tfprotov6.Function) *tfjson.FunctionSignature {
	converted := &tfjson.FunctionSignature{
		Description:        function.Description,
		Summary:            function.Summary,
		DeprecationMessage: function.DeprecationMessage,
		ReturnType:         c.kind("the result of a function", function.Return.Type),
		VariadicParameter:  c.parameter(function.VariadicParameter),
	}
	for _, parameter := range function.Parameters {
		converted.Parameters = append(converted.Parameters, c.parameter(parameter))
	}
	return converted
}

func (c *converter) parameter(parameter *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	if parameter == nil {
		return nil
	}
	return &tfjson.FunctionParameter{
		Name:        parameter.Name,
		Description: parameter.Description,
		IsNullable:  parameter.AllowNullValue,
		Type:        c.kind(parameter.Name, parameter.Type),
	}
}

// kind converts a type. Both libraries use the same JSON form of types.
func (c *converter) kind(of string, kind tftypes.Type) cty.Type {
	encoded, err := json.Marshal(kind)
	if err == nil {
		var converted cty.Type
		if converted, err = ctyjson.UnmarshalType(encoded); err == nil {
			return converted
		}
	}
	c.err = errors.Join(c.err, fmt.Errorf("converting the type of %s: %w", of, err))
	return cty.DynamicPseudoType
}

// nestingMode is the CLI's name of how objects or blocks are nested, which is that of the protocol in small letters.
func nestingMode(mode fmt.Stringer) tfjson.SchemaNestingMode {
	return tfjson.SchemaNestingMode(strings.ToLower(mode.String()))
}

func descriptionKind(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if kind == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}

// count is a number that cannot be negative.
func count(n int64) uint64 { return uint64(max(n, 0)) }

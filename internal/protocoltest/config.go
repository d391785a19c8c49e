// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// mode distinguishes resources from data sources.
type mode int

const (
	managed mode = iota
	data
)

// block is a resource or data source of a configuration.
type block struct {
	mode       mode
	kind, name string
	body       hcl.Body
	// source is the configuration that contains the block.
	source    []byte
	dependsOn []string
}

// address is the address of the block in references.
func (b block) address() string {
	if b.mode == data {
		return "data." + b.kind + "." + b.name
	}
	return b.kind + "." + b.name
}

// config is a parsed configuration.
type config struct {
	// provider is nil for a configuration without a provider block.
	provider hcl.Body
	blocks   []block
	// actions are the bodies of their config blocks, by address.
	actions map[string]block
	imports []importBlock
	locals  hcl.Attributes
}

var (
	fileSchema = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "action", LabelNames: []string{"type", "name"}},
		{Type: "provider", LabelNames: []string{"name"}}, {Type: "resource", LabelNames: []string{"type", "name"}},
		{Type: "data", LabelNames: []string{"type", "name"}}, {Type: "locals"}, {Type: "import"},
	}}
	metaSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "depends_on"}}}
)

// parse parses a configuration. Its error says what is wrong, or what is not supported here.
func parse(text string) (config, error) {
	file, diags := hclparse.NewParser().ParseHCL([]byte(text), "main.tf")
	if diags.HasErrors() {
		return config{}, diags
	}
	content, diags := file.Body.Content(fileSchema)
	if diags.HasErrors() {
		return config{}, errors.Join(errors.New("the CLI may know this, protocoltest does not"), diags)
	}
	var c config
	for _, found := range content.Blocks {
		switch found.Type {
		case "provider":
			c.provider = found.Body
		case "locals":
			if c.locals, diags = found.Body.JustAttributes(); diags.HasErrors() {
				return config{}, diags
			}
		case "action":
			if err := c.addAction(found, file.Bytes); err != nil {
				return config{}, err
			}
		case "import":
			wanted, err := newImportBlock(found.Body)
			if err != nil {
				return config{}, err
			}
			c.imports = append(c.imports, wanted)
		default:
			b, err := newBlock(found, file.Bytes)
			if err != nil {
				return config{}, err
			}
			c.blocks = append(c.blocks, b)
		}
	}
	return c, nil
}

func newBlock(found *hcl.Block, source []byte) (block, error) {
	b := block{kind: found.Labels[0], name: found.Labels[1], source: source}
	if found.Type == "data" {
		b.mode = data
	}
	meta, rest, diags := found.Body.PartialContent(metaSchema)
	if diags.HasErrors() {
		return block{}, diags
	}
	b.body = rest
	if attribute, ok := meta.Attributes["depends_on"]; ok {
		list, diags := hcl.ExprList(attribute.Expr)
		if diags.HasErrors() {
			return block{}, diags
		}
		for _, expression := range list {
			traversal, diags := hcl.AbsTraversalForExpr(expression)
			if diags.HasErrors() {
				return block{}, diags
			}
			b.dependsOn = append(b.dependsOn, addressOf(traversal))
		}
	}
	return b, nil
}

// addressOf returns the address of the resource or data source in a reference, and "" for a local value.
func addressOf(traversal hcl.Traversal) string {
	words := []string{traversal.RootName()}
	for _, step := range traversal[1:] {
		attribute, ok := step.(hcl.TraverseAttr)
		if !ok {
			break
		}
		words = append(words, attribute.Name)
	}
	length := 2
	if words[0] == "data" {
		length = 3
	}
	if words[0] == "local" || len(words) < length {
		return ""
	}
	return strings.Join(words[:length], ".")
}

// scope holds what expressions can refer to: the values of resources and data sources by their addresses.
type scope struct {
	values map[string]cty.Value
	locals hcl.Attributes
}

// context returns the scope for the evaluation of expressions.
func (s scope) context() (*hcl.EvalContext, error) {
	tree := map[string]map[string]cty.Value{}
	dataTree := map[string]map[string]cty.Value{}
	for address, value := range s.values {
		words := strings.Split(strings.TrimPrefix(address, "data."), ".")
		kinds := tree
		if strings.HasPrefix(address, "data.") {
			kinds = dataTree
		}
		if kinds[words[0]] == nil {
			kinds[words[0]] = map[string]cty.Value{}
		}
		kinds[words[0]][words[1]] = value
	}
	variables := objects(tree)
	variables["data"] = cty.ObjectVal(objects(dataTree))
	ctx := &hcl.EvalContext{Variables: variables, Functions: functions()}
	locals := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(s.locals)) {
		value, diags := s.locals[name].Expr.Value(ctx)
		if diags.HasErrors() {
			return nil, diags
		}
		locals[name] = value
	}
	ctx.Variables["local"] = cty.ObjectVal(locals)
	return ctx, nil
}

func objects(tree map[string]map[string]cty.Value) map[string]cty.Value {
	values := map[string]cty.Value{}
	for kind, named := range tree {
		values[kind] = cty.ObjectVal(named)
	}
	return values
}

// functions are the functions that the tests use.
func functions() map[string]function.Function {
	return map[string]function.Function{
		"concat":     stdlib.ConcatFunc,
		"jsonencode": stdlib.JSONEncodeFunc,
		"keys":       stdlib.KeysFunc,
		"length":     stdlib.LengthFunc,
		"merge":      stdlib.MergeFunc,
		"values":     stdlib.ValuesFunc,
		"toset":      conversion(cty.Set(cty.DynamicPseudoType)),
		"tolist":     conversion(cty.List(cty.DynamicPseudoType)),
		"tomap":      conversion(cty.Map(cty.DynamicPseudoType)),
		"tostring":   conversion(cty.String),
		"tonumber":   conversion(cty.Number),
	}
}

func conversion(wanted cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			value, err := convert.Convert(args[0], wanted)
			if err != nil {
				return cty.NilType, fmt.Errorf("converting to %s: %w", wanted.FriendlyName(), err)
			}
			return value.Type(), nil
		},
		Impl: func(args []cty.Value, result cty.Type) (cty.Value, error) { return convert.Convert(args[0], result) },
	})
}

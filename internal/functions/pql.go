// SPDX-License-Identifier: MPL-2.0

package functions

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

type pqlString struct{}

func newPQLString() function.Function { return pqlString{} }

// Metadata implements [function.Function].
func (pqlString) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "pql_string"
}

// Definition implements [function.Function].
func (pqlString) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Writes a text as a string of PQL.",
		MarkdownDescription: "Writes a text as a string of PQL, PuppetDB's query language: in double quotes, with quotes, backslashes and " +
			"line breaks in it escaped. A value that comes from elsewhere then cannot end the string and become a part of the query.\n\nAfter " +
			"`~` the string is a regular expression, whose own special characters stay special.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "text", MarkdownDescription: "Any text, without the character NUL, which PuppetDB stores nowhere."},
		},
		Return: function.StringReturn{},
	}
}

// Run implements [function.Function].
func (pqlString) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	quoted, problem := pqlQuoted(text)
	if problem != "" {
		resp.Error = function.NewArgumentFuncError(0, "the text "+problem)
		return
	}
	resp.Error = resp.Result.Set(ctx, quoted)
}

// pqlQuoted is a string of PQL in double quotes, which PuppetDB reads like one of JSON. problem says why there is none, or is "".
func pqlQuoted(text string) (quoted, problem string) {
	if strings.ContainsRune(text, 0) {
		return "", "has the character NUL in it, which PuppetDB stores nowhere, so that nothing would match"
	}
	return tfvalue.JSONText(text), ""
}

type pqlArray struct{}

func newPQLArray() function.Function { return pqlArray{} }

// Metadata implements [function.Function].
func (pqlArray) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "pql_array"
}

// Definition implements [function.Function].
func (pqlArray) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Writes a list as an array of PQL.",
		MarkdownDescription: "Writes a list as an array of PQL, PuppetDB's query language, for conditions with `in`. Strings are written as " +
			"[`pql_string`](pql_string.md) does; numbers and booleans stay what they are, because a fact that is a number does not match a " +
			"string.\n\nPQL has no empty array, so an empty list is an error. Where a list may be empty, leave out the condition, or what uses " +
			"the query.",
		Parameters: []function.Parameter{
			function.DynamicParameter{
				Name:                "list",
				MarkdownDescription: "A list, set or tuple of strings, numbers and booleans, with one element at least.",
			},
		},
		Return: function.StringReturn{},
	}
}

// Run implements [function.Function].
func (pqlArray) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &argument); resp.Error != nil {
		return
	}
	list, ok := argument.UnderlyingValue().(interface{ Elements() []attr.Value })
	if !ok {
		resp.Error = function.NewArgumentFuncError(0, "a list is needed, such as [\"node1.example.com\", \"node2.example.com\"]")
		return
	}
	result, problem := pqlList(list.Elements())
	if problem != "" {
		resp.Error = function.NewArgumentFuncError(0, problem)
		return
	}
	resp.Error = resp.Result.Set(ctx, result)
}

// pqlList is an array of PQL, unknown while one of the elements is. problem says why there is none, or is "".
func pqlList(elements []attr.Value) (result types.String, problem string) {
	literals, unknown := make([]string, 0, len(elements)), false
	for i, element := range elements {
		if element.IsUnknown() {
			unknown = true
			continue
		}
		literal, problem := pqlLiteral(element)
		if problem != "" {
			return types.StringNull(), fmt.Sprintf("element %d %s", i, problem)
		}
		literals = append(literals, literal)
	}
	switch {
	case unknown:
		return types.StringUnknown(), ""
	case len(literals) == 0:
		return types.StringNull(), "the list is empty, and PQL has no empty array: leave out the condition, or what uses the query"
	default:
		return types.StringValue("[" + strings.Join(literals, ", ") + "]"), ""
	}
}

// pqlLiteral is a known value in PQL.
func pqlLiteral(value attr.Value) (literal, problem string) {
	if value.IsNull() {
		return "", "is null: leave it out of the list"
	}
	switch value := value.(type) {
	case types.String:
		return pqlQuoted(value.ValueString())
	case types.Number:
		return value.ValueBigFloat().Text('f', -1), ""
	case types.Bool:
		return fmt.Sprint(value.ValueBool()), ""
	default:
		return "", "is neither a string nor a number nor a boolean"
	}
}

// SPDX-License-Identifier: MPL-2.0

// Package object checks objects that Terraform core does not: it drops keys that the type of an object attribute does not have, so
// that a typing error would run on what is left. Attributes that must not do that are dynamic, and their keys and values are checked
// here.
package object

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// Key is one key of an object.
type Key struct {
	Name string
	// Type is what the value becomes: a text, a set of texts, a whole number, a flag, or anything.
	Type        attr.Type
	Required    bool
	Description string
	// Deprecated says what to write instead. It is a warning.
	Deprecated string

	// Texts judge a text, or each text of a set.
	Texts []validator.String
	// References judge a text that refers to something else, once it is used: see [validate.WhilePlanning].
	References []validator.String
	// Numbers judge a whole number.
	Numbers []validator.Int64
	// Values judge a value of any type.
	Values []validator.Dynamic
}

// Shape is the keys that an object may have.
type Shape struct {
	// Noun is what the object is, such as scope. Example is one, as people write it.
	Noun, Example string
	Keys          []Key
	// Refused are keys that somebody may expect here, and why they are not possible.
	Refused map[string]string
}

// Types are the types of the values by key.
func (s Shape) Types() map[string]attr.Type {
	all := map[string]attr.Type{}
	for _, key := range s.Keys {
		all[key.Name] = key.Type
	}
	return all
}

// Document lists the keys for a description.
func (s Shape) Document() string {
	var text strings.Builder
	for _, key := range s.Keys {
		required := ""
		if key.Required {
			required = "required, "
		}
		fmt.Fprintf(&text, "\n  - `%s` (%s%s) %s", key.Name, required, typeNames[key.Type.String()].document, key.Description)
	}
	return "\n" + text.String()
}

// place is where an object is: for the diagnostic, and for people.
type place struct {
	at    path.Path
	label string
	// named is a path that reads like the label of a key.
	named path.Path
}

// key is the place of a key. Core finds the line of the configuration by one step after the attribute, which must be that of a map.
func (p place) key(name string) place {
	at := p.at
	if len(at.Steps()) == 1 {
		at = at.AtMapKey(name)
	}
	return place{at: at, label: p.label + "." + name, named: path.Root(p.label).AtName(name)}
}

// bind reports what a rule has found, which knows the place by its label only.
func (p place) bind(found diag.Diagnostics, diags *diag.Diagnostics) {
	for _, d := range found {
		diags.Append(diag.WithPath(p.at, d))
	}
}

// Validate checks an object: that every key is known and has a value that is possible. What is unknown is not judged. label names the
// object in messages.
func (s Shape) Validate(ctx context.Context, at path.Path, label string, value attr.Value, diags *diag.Diagnostics) {
	value = inner(value)
	if value.IsNull() || value.IsUnknown() {
		return
	}
	here := place{at: at, label: label}
	members, ok := membersOf(value)
	if !ok {
		diags.AddAttributeError(at, fmt.Sprintf("The %s is not an object", s.Noun),
			fmt.Sprintf("`%s`: it is %s. A %s is an object such as %s.", label, kindOf(value), s.Noun, s.Example))
		return
	}
	var meant []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		i := slices.IndexFunc(s.Keys, func(key Key) bool { return key.Name == name })
		if i < 0 {
			meant = append(meant, s.refuse(here, name, diags))
			continue
		}
		s.Keys[i].validate(ctx, here.key(name), members[name], diags)
	}
	for _, key := range s.Keys {
		if value, ok := members[key.Name]; key.Required && (!ok || inner(value).IsNull()) && !slices.Contains(meant, key.Name) {
			diags.AddAttributeError(at, fmt.Sprintf("`%s` is missing", key.Name),
				fmt.Sprintf("`%s`: a %s needs `%s`, such as %s.", label, s.Noun, key.Name, s.Example))
		}
	}
}

// CheckReferences checks the form of what an object refers to.
func (s Shape) CheckReferences(ctx context.Context, at path.Path, label string, value attr.Value, diags *diag.Diagnostics) {
	members, _ := membersOf(inner(value))
	here := place{at: at, label: label}
	for _, key := range s.Keys {
		text, ok := inner(members[key.Name]).(types.String)
		if !ok {
			continue
		}
		at := here.key(key.Name)
		for _, rule := range key.References {
			var found diag.Diagnostics
			validate.Reference(ctx, at.named, text, rule, &found)
			at.bind(found, diags)
		}
	}
}

// refuse reports a key that there is not, and returns the one that was probably meant.
func (s Shape) refuse(here place, name string, diags *diag.Diagnostics) (meant string) {
	if why, ok := s.Refused[name]; ok {
		diags.AddAttributeError(here.key(name).at, fmt.Sprintf("`%s` is not possible here", name), fmt.Sprintf("`%s`: %s", here.label, why))
		return ""
	}
	names := make([]string, len(s.Keys))
	quoted := make([]string, len(s.Keys))
	for i, key := range s.Keys {
		names[i], quoted[i] = key.Name, "`"+key.Name+"`"
	}
	meant = prose.Nearest(name, names)
	question := ""
	if meant != "" {
		question = fmt.Sprintf("Did you mean `%s`? ", meant)
	}
	diags.AddAttributeError(here.key(name).at, fmt.Sprintf("A %s has no `%s`", s.Noun, name),
		fmt.Sprintf("`%s`: %sIts keys are %s.", here.label, question, strings.Join(quoted, ", ")))
	return meant
}

// validate checks the value of a key.
func (k Key) validate(ctx context.Context, here place, value attr.Value, diags *diag.Diagnostics) {
	value = inner(value)
	if value.IsNull() || value.IsUnknown() {
		return
	}
	if k.Deprecated != "" {
		diags.AddAttributeWarning(here.at, fmt.Sprintf("`%s` is deprecated", k.Name), k.Deprecated)
	}
	converted, problem := convert(value, k.Type)
	if problem != "" {
		diags.AddAttributeError(here.at, "The value has the wrong type", fmt.Sprintf("`%s`: %s", here.label, problem))
		return
	}
	switch converted := converted.(type) {
	case types.String:
		k.validateText(ctx, here, converted, diags)
	case types.Set:
		k.validateTexts(ctx, here, converted, diags)
	case types.Int64:
		for _, rule := range k.Numbers {
			var resp validator.Int64Response
			rule.ValidateInt64(ctx, validator.Int64Request{Path: here.named, ConfigValue: converted}, &resp)
			here.bind(resp.Diagnostics, diags)
		}
	case types.Dynamic:
		for _, rule := range k.Values {
			var resp validator.DynamicResponse
			rule.ValidateDynamic(ctx, validator.DynamicRequest{Path: here.named, ConfigValue: converted}, &resp)
			here.bind(resp.Diagnostics, diags)
		}
	}
}

func (k Key) validateText(ctx context.Context, here place, text types.String, diags *diag.Diagnostics) {
	for _, rule := range k.Texts {
		var resp validator.StringResponse
		rule.ValidateString(ctx, validator.StringRequest{Path: here.named, ConfigValue: text}, &resp)
		here.bind(resp.Diagnostics, diags)
	}
}

func (k Key) validateTexts(ctx context.Context, here place, texts types.Set, diags *diag.Diagnostics) {
	if len(texts.Elements()) == 0 {
		orNone := fmt.Sprintf(", or leave `%s` out", k.Name)
		if k.Required {
			orNone = ""
		}
		diags.AddAttributeError(here.at, "The list is empty", fmt.Sprintf("`%s`: give at least one%s.", here.label, orNone))
	}
	if problem := validate.NullElement(here.label, texts.Elements()); problem != "" {
		diags.AddAttributeError(here.at, validate.NullSummary, problem)
	}
	for _, element := range texts.Elements() {
		if text, ok := element.(types.String); ok {
			k.validateText(ctx, here, text, diags)
		}
	}
}

// Read returns an object with a value for every key, which is null where the key is missing. Anything that Validate refuses is left
// out. What is no object is null, or unknown where it is not known.
func (s Shape) Read(value attr.Value) types.Object {
	value = inner(value)
	if value.IsUnknown() {
		return types.ObjectUnknown(s.Types())
	}
	members, ok := membersOf(value)
	if value.IsNull() || !ok {
		return types.ObjectNull(s.Types())
	}
	values := map[string]attr.Value{}
	for _, key := range s.Keys {
		member, ok := members[key.Name]
		if !ok {
			member = types.DynamicNull()
		}
		converted, problem := convert(inner(member), key.Type)
		if problem != "" {
			converted = nullOf(key.Type)
		}
		values[key.Name] = converted
	}
	return types.ObjectValueMust(s.Types(), values)
}

// Write returns an object as the value of a dynamic attribute, with the keys that have a value. Sets are lists in it, in order.
func Write(object types.Object) types.Dynamic {
	switch {
	case object.IsNull():
		return types.DynamicNull()
	case object.IsUnknown():
		return types.DynamicUnknown()
	}
	members := map[string]attr.Value{}
	for name, value := range object.Attributes() {
		if value = inner(value); value.IsNull() {
			continue
		}
		if set, ok := value.(types.Set); ok && !set.IsUnknown() {
			value = Listed(set)
		}
		members[name] = value
	}
	return types.DynamicValue(tfvalue.Object(members))
}

// Listed returns the texts of a set as a list, as a person would write it.
func Listed(set types.Set) attr.Value {
	elements := set.Elements()
	slices.SortFunc(elements, func(a, b attr.Value) int { return strings.Compare(a.String(), b.String()) })
	kinds := make([]attr.Type, len(elements))
	for i := range elements {
		kinds[i] = types.StringType
	}
	return types.TupleValueMust(kinds, elements)
}

// Elements returns what is in a list, a set or a tuple.
func Elements(value attr.Value) ([]attr.Value, bool) {
	switch value := inner(value).(type) {
	case basetypes.ListValue:
		return value.Elements(), !value.IsNull() && !value.IsUnknown()
	case basetypes.SetValue:
		return value.Elements(), !value.IsNull() && !value.IsUnknown()
	case basetypes.TupleValue:
		return value.Elements(), !value.IsNull() && !value.IsUnknown()
	default:
		return nil, false
	}
}

// inner takes a value out of its dynamic wrapping.
func inner(value attr.Value) attr.Value {
	for {
		dynamic, ok := value.(basetypes.DynamicValue)
		if !ok || dynamic.IsNull() || dynamic.IsUnknown() {
			return value
		}
		value = dynamic.UnderlyingValue()
	}
}

// membersOf returns what is in an object or a map.
func membersOf(value attr.Value) (map[string]attr.Value, bool) {
	switch value := value.(type) {
	case basetypes.ObjectValue:
		return value.Attributes(), true
	case basetypes.MapValue:
		return value.Elements(), true
	default:
		return nil, false
	}
}

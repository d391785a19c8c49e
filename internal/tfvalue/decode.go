// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Source is a configuration, a plan or a state, as the framework hands it over: [tfsdk.Config], [tfsdk.Plan] or [tfsdk.State].
type Source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}

// Decode reads a whole object into a model, a pointer to a struct whose fields have tfsdk tags. It does what Get of the source does, and
// leaves to it whatever does not fit. Get checks the name of every field with a regular expression that it compiles anew each time
// (framework 1.19), which takes longer than all the rest of reading it.
func Decode(ctx context.Context, from Source, model any) diag.Diagnostics {
	var object types.Object
	if diags := from.Get(ctx, &object); diags.HasError() || object.IsNull() || object.IsUnknown() {
		return from.Get(ctx, model)
	}
	attributes := object.Attributes()
	target := reflect.ValueOf(model).Elem()
	fields := taggedFields(target.Type())
	if len(fields) != len(attributes) {
		return from.Get(ctx, model)
	}
	read := reflect.New(target.Type()).Elem()
	for _, field := range fields {
		value, ok := attributes[field.Tag.Get("tfsdk")]
		if !ok {
			return from.Get(ctx, model)
		}
		if diags := decodeField(ctx, from, field, value, read.FieldByIndex(field.Index)); diags.HasError() {
			return from.Get(ctx, model)
		}
	}
	target.Set(read)
	return nil
}

// taggedFields are the fields that stand for attributes, those of embedded structs too. It has none for what Get would have to judge.
func taggedFields(model reflect.Type) []reflect.StructField {
	if model.Kind() != reflect.Struct {
		return nil
	}
	var tagged []reflect.StructField
	for _, field := range reflect.VisibleFields(model) {
		if field.Anonymous && field.Type.Kind() != reflect.Struct {
			return nil
		}
		if tag, ok := field.Tag.Lookup("tfsdk"); ok && tag != "-" && field.IsExported() {
			tagged = append(tagged, field)
		}
	}
	return tagged
}

// decodeField sets a field to the value of its attribute. What is no value of the framework is read by the framework.
func decodeField(ctx context.Context, from Source, field reflect.StructField, value attr.Value, into reflect.Value) diag.Diagnostics {
	if held := reflect.ValueOf(value); held.Type() == field.Type {
		into.Set(held)
		return nil
	}
	return from.GetAttribute(ctx, path.Root(field.Tag.Get("tfsdk")), into.Addr().Interface())
}

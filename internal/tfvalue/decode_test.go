// SPDX-License-Identifier: MPL-2.0

package tfvalue_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

type named struct {
	Name types.String `tfsdk:"name"`
}

type sized struct {
	Size types.Int64 `tfsdk:"size"`
}

// decoded has a field of each sort that models have: values of the framework, those of embedded structs, and structs and maps of Go.
type decoded struct {
	named

	Labels  types.Map        `tfsdk:"labels"`
	Free    types.Dynamic    `tfsdk:"free"`
	Owner   *sized           `tfsdk:"owner"`
	Nothing *sized           `tfsdk:"nothing"`
	Each    map[string]sized `tfsdk:"each"`
	Count   types.Int64      `tfsdk:"count"`
	ignored string
}

func decodedState(t *testing.T, name tftypes.Value) tfsdk.State {
	t.Helper()
	size := schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"size": schema.Int64Attribute{Optional: true}}}
	described := schema.Schema{Attributes: map[string]schema.Attribute{
		"name":    schema.StringAttribute{Optional: true},
		"labels":  schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"free":    schema.DynamicAttribute{Optional: true},
		"owner":   size,
		"nothing": size,
		"each":    schema.MapNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: size.Attributes}},
		"count":   schema.Int64Attribute{Optional: true, CustomType: tfvalue.WholeNumber{}},
	}}
	of := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"size": tftypes.Number}}
	one := tftypes.NewValue(of, map[string]tftypes.Value{"size": tftypes.NewValue(tftypes.Number, 1)})
	whole, ok := described.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("a schema is of the type of an object")
	}
	return tfsdk.State{Schema: described, Raw: tftypes.NewValue(whole, map[string]tftypes.Value{
		"name":    name,
		"labels":  tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{"a": tftypes.NewValue(tftypes.String, "b")}),
		"free":    tftypes.NewValue(tftypes.Bool, true),
		"owner":   one,
		"nothing": tftypes.NewValue(of, nil),
		"each":    tftypes.NewValue(tftypes.Map{ElementType: of}, map[string]tftypes.Value{"x": one}),
		"count":   tftypes.NewValue(tftypes.Number, 3),
	})}
}

func TestDecode_AsGetDoes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]tftypes.Value{
		"known":   tftypes.NewValue(tftypes.String, "n"),
		"null":    tftypes.NewValue(tftypes.String, nil),
		"unknown": tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var state tfvalue.Source = decodedState(t, text)
			var want decoded
			if diags := state.Get(t.Context(), &want); diags.HasError() {
				t.Fatal(diags)
			}
			got := decoded{ignored: "kept by neither", named: named{Name: types.StringValue("before")}}
			if diags := tfvalue.Decode(t.Context(), state, &got); diags.HasError() {
				t.Fatal(diags)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("Decode reads %+v, and Get %+v", got, want)
			}
		})
	}
}

// counted tells whether the framework was asked to read the whole model.
type counted struct {
	tfvalue.Source

	whole *int
}

func (c counted) Get(ctx context.Context, target any) diag.Diagnostics {
	if _, ok := target.(*types.Object); !ok {
		*c.whole++
	}
	return c.Source.Get(ctx, target)
}

func TestDecode_LeavesToGet(t *testing.T) {
	t.Parallel()
	state := decodedState(t, tftypes.NewValue(tftypes.String, "n"))
	gone := tfsdk.State{Schema: state.Schema, Raw: tftypes.NewValue(state.Raw.Type(), nil)}
	for name, test := range map[string]struct {
		from   tfvalue.Source
		target any
		whole  int
	}{
		"nothing":                {state, &decoded{}, 0},
		"an object that is gone": {gone, &decoded{}, 1},
		"a model of another":     {state, &named{}, 1},
		"a pointer to a model":   {gone, new(*decoded), 1},
		"a value":                {state, new(types.Dynamic), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := 0
			got := tfvalue.Decode(t.Context(), counted{test.from, &whole}, test.target)
			if want := test.from.Get(t.Context(), test.target); got.HasError() != want.HasError() {
				t.Errorf("it says %v, and Get says %v", got, want)
			}
			if whole != test.whole {
				t.Errorf("the framework has read the whole model %d times, want %d", whole, test.whole)
			}
		})
	}
}

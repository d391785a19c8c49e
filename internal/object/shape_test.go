// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/object"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// box is a shape with a key of each type.
func box() object.Shape {
	return object.Shape{
		Noun: "box", Example: `{ label = "a" }`,
		Keys: []object.Key{
			{Name: "label", Type: types.StringType, Required: true, Texts: []validator.String{validate.NotBlank()}, Description: "Its label."},
			{Name: "owners", Type: types.SetType{ElemType: types.StringType}, Texts: []validator.String{validate.Certname()}, Description: "Whose it is."},
			{Name: "size", Type: types.Int64Type, Numbers: []validator.Int64{validate.AtLeast(1)}, Description: "Its size."},
			{Name: "fragile", Type: types.BoolType, Description: "Whether it breaks."},
			{Name: "content", Type: types.DynamicType, Values: []validator.Dynamic{validate.Object{}}, Description: "What is in it."},
		},
		Refused: map[string]string{"weight": "boxes are not weighed."},
	}
}

func of(t *testing.T, text string) types.Dynamic {
	t.Helper()
	value, err := tfvalue.FromJSON(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func with(name string, value attr.Value) types.Dynamic {
	return types.DynamicValue(tfvalue.Object(map[string]attr.Value{"label": types.StringValue("a"), name: types.DynamicValue(value)}))
}

func TestShapeValidate_BindsWhatIsWrongToItsKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value attr.Value
		// want are the paths of errors with a part of each text.
		want [][2]string
	}{
		"null":                    {types.DynamicNull(), nil},
		"unknown":                 {types.DynamicUnknown(), nil},
		"unknown, of a type":      {types.DynamicValue(types.StringUnknown()), nil},
		"all":                     {of(t, `{"label":"a","owners":["x","y"],"size":3,"fragile":true,"content":{"a":1}}`), nil},
		"nulls":                   {of(t, `{"label":"a","owners":null,"size":null,"nothing":null}`), [][2]string{{`box["nothing"]`, "Its keys are `label`, `owners`"}}},
		"as core would convert":   {of(t, `{"label":7,"owners":[1,true],"size":"3","fragile":"true"}`), nil},
		"a map":                   {types.MapValueMust(types.StringType, map[string]attr.Value{"label": types.StringValue("a"), "size": types.StringValue("2")}), nil},
		"a text":                  {of(t, `"a"`), [][2]string{{"box", "it is a string. A box is an object such as"}}},
		"a list":                  {of(t, `["a"]`), [][2]string{{"box", "it is a list"}}},
		"a typing error":          {of(t, `{"label":"a","owner":["x"]}`), [][2]string{{`box["owner"]`, "Did you mean `owners`?"}}},
		"a key of something":      {of(t, `{"label":"a","colour":"red"}`), [][2]string{{`box["colour"]`, "Its keys are"}}},
		"what is not possible":    {of(t, `{"label":"a","weight":1}`), [][2]string{{`box["weight"]`, "boxes are not weighed"}}},
		"nothing":                 {of(t, `{}`), [][2]string{{"box", "a box needs `label`"}}},
		"a null that is needed":   {of(t, `{"label":null}`), [][2]string{{"box", "a box needs `label`"}}},
		"blank":                   {of(t, `{"label":" "}`), [][2]string{{`box["label"]`, "`box.label`: \" \" must not be empty"}}},
		"an object as a text":     {of(t, `{"label":{}}`), [][2]string{{`box["label"]`, "a string is needed, and this is an object"}}},
		"a text as a list":        {of(t, `{"label":"a","owners":"x"}`), [][2]string{{`box["owners"]`, "this is a string. Put it in brackets"}}},
		"an empty list":           {of(t, `{"label":"a","owners":[]}`), [][2]string{{`box["owners"]`, "give at least one, or leave `owners` out"}}},
		"a null element":          {of(t, `{"label":"a","owners":["x",null]}`), [][2]string{{`box["owners"]`, "an element is null"}}},
		"a list in a list":        {of(t, `{"label":"a","owners":[["x"]]}`), [][2]string{{`box["owners"]`, "one of its elements is a list"}}},
		"a blank element":         {of(t, `{"label":"a","owners":["x y"]}`), [][2]string{{`box["owners"]`, "has white space in it"}}},
		"a fraction":              {of(t, `{"label":"a","size":1.5}`), [][2]string{{`box["size"]`, "1.5 is not a whole number"}}},
		"a number, too large":     {of(t, `{"label":"a","size":1e30}`), [][2]string{{`box["size"]`, "is too large"}}},
		"a number, too small":     {of(t, `{"label":"a","size":0}`), [][2]string{{`box["size"]`, "`box.size`: 0 is not possible here"}}},
		"a text as a number":      {of(t, `{"label":"a","size":"big"}`), [][2]string{{`box["size"]`, "a whole number is needed, and this is a string"}}},
		"a text as a flag":        {of(t, `{"label":"a","fragile":"yes"}`), [][2]string{{`box["fragile"]`, "true or false is needed, and this is a string"}}},
		"what a rule refuses":     {of(t, `{"label":"a","content":[1]}`), [][2]string{{`box["content"]`, "Parameters are an object"}}},
		"two mistakes":            {of(t, `{"lable":"a","size":0}`), [][2]string{{`box["lable"]`, "`label`"}, {`box["size"]`, "0"}}},
		"an element not known":    {with("owners", types.TupleValueMust([]attr.Type{types.StringType}, []attr.Value{types.StringUnknown()})), nil},
		"a list not known":        {with("owners", types.ListUnknown(types.StringType)), nil},
		"a value not known":       {with("size", types.NumberUnknown()), nil},
		"anything not known":      {with("fragile", types.DynamicUnknown()), nil},
		"a key too many, unknown": {with("colour", types.StringUnknown()), [][2]string{{`box["colour"]`, "Its keys are"}}},
	} {
		var diags diag.Diagnostics
		box().Validate(t.Context(), path.Root("box"), "box", test.value, &diags)
		matched := len(diags) == len(test.want)
		for i := 0; matched && i < len(test.want); i++ {
			bound, ok := diags[i].(diag.DiagnosticWithPath)
			matched = ok && bound.Path().String() == test.want[i][0] && strings.Contains(diags[i].Detail(), test.want[i][1])
		}
		if !matched {
			t.Errorf("%s: got %v, want %v", name, diags, test.want)
		}
	}
}

func TestShapeRead_HasEveryKey(t *testing.T) {
	t.Parallel()
	read := box().Read(of(t, `{"label":7,"owners":["b","a","b"],"size":"3","else":1}`)).Attributes()
	if len(read) != 5 || !read["label"].Equal(types.StringValue("7")) || !read["owners"].Equal(tfvalue.StringSet([]string{"a", "b"})) ||
		!read["size"].Equal(types.Int64Value(3)) || !read["fragile"].IsNull() || !read["content"].IsNull() {
		t.Errorf("got %v", read)
	}
	if got := box().Read(types.DynamicUnknown()); !got.IsUnknown() {
		t.Errorf("what is not known: got %s", got)
	}
	for _, text := range []string{`null`, `"a"`, `[1]`} {
		if got := box().Read(of(t, text)); !got.IsNull() {
			t.Errorf("%s: got %s", text, got)
		}
	}
}

func TestWrite_HasTheKeysThatHaveAValue(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"label":"a","owners":["b","a"],"content":[1,{"a":null}]}`: `{"label":"a","owners":["a","b"],"content":[1,{"a":null}]}`,
		`{}`: `{}`,
	} {
		written := object.Write(box().Read(of(t, text)))
		if !written.Equal(of(t, want)) {
			t.Errorf("%s: got %s, want %s", text, written, want)
		}
	}
	if got := object.Write(box().Read(types.DynamicNull())); !got.IsNull() {
		t.Errorf("null: got %s", got)
	}
	if got := object.Write(box().Read(types.DynamicUnknown())); !got.IsUnknown() {
		t.Errorf("unknown: got %s", got)
	}
}

func TestShapeDocument_ListsTheKeys(t *testing.T) {
	t.Parallel()
	lines := strings.Split(box().Document(), "\n")
	want := []string{"", "", "  - `label` (required, String) Its label.", "  - `owners` (Set of String) Whose it is.", "  - `size` (Number) Its size.",
		"  - `fragile` (Boolean) Whether it breaks.", "  - `content` (Dynamic) What is in it."}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q", lines)
	}
}

func TestShapeCheck_TextThatHoldsAList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"label":"a","owners":"[\"x\", \"y\"]"}`: "this is the text of one: remove jsonencode, or give the variable that it comes from a type, such as set(string)",
		`{"label":"a","owners":"[x"}`:             "Put it in brackets",
	} {
		var diags diag.Diagnostics
		box().Validate(t.Context(), path.Root("box"), "box", of(t, text), &diags)
		if len(diags) != 1 || !strings.Contains(diags[0].Detail(), want) {
			t.Errorf("%s: got %v, want %q", text, diags, want)
		}
	}
}

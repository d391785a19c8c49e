// SPDX-License-Identifier: MPL-2.0

package keep_test

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/keep"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestDuration_KeepsAnotherWayOfWriting(t *testing.T) {
	t.Parallel()
	text, null := types.StringValue, types.StringNull()
	for name, test := range map[string]struct{ planned, prior, want types.String }{
		"the same":        {text("60m"), text("1h"), text("1h")},
		"another":         {text("60m"), text("2h"), text("60m")},
		"new":             {text("60m"), null, text("60m")},
		"removed":         {null, text("60m"), null},
		"not known":       {types.StringUnknown(), text("60m"), types.StringUnknown()},
		"no duration":     {text("soon"), text("60m"), text("soon")},
		"none was before": {text("60m"), text("soon"), text("60m")},
	} {
		resp := planmodifier.StringResponse{PlanValue: test.planned}
		keep.Duration().PlanModifyString(t.Context(), planmodifier.StringRequest{PlanValue: test.planned, StateValue: test.prior}, &resp)
		if !resp.PlanValue.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, resp.PlanValue, test.want)
		}
	}
}

func TestObject_KeepsAnotherWayOfWriting(t *testing.T) {
	t.Parallel()
	of := func(text string) types.Dynamic {
		value, err := tfvalue.FromJSON(json.RawMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	asMap := types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("b")}))
	partly := types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringUnknown()}))
	for name, test := range map[string]struct{ planned, prior, want types.Dynamic }{
		"a map in the place of an object": {asMap, of(`{"a":"b"}`), of(`{"a":"b"}`)},
		"another value":                   {asMap, of(`{"a":"c"}`), asMap},
		"new":                             {asMap, types.DynamicNull(), asMap},
		"removed":                         {types.DynamicNull(), asMap, types.DynamicNull()},
		"empty in the place of none":      {of(`{}`), types.DynamicNull(), of(`{}`)}, // core allows no prior null in the place of a value
		"not known":                       {types.DynamicUnknown(), asMap, types.DynamicUnknown()},
		"partly known":                    {partly, asMap, partly},
	} {
		resp := planmodifier.DynamicResponse{PlanValue: test.planned}
		keep.Object().PlanModifyDynamic(t.Context(), planmodifier.DynamicRequest{PlanValue: test.planned, StateValue: test.prior}, &resp)
		if !resp.PlanValue.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", name, resp.PlanValue, test.want)
		}
	}
}

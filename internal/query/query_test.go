// SPDX-License-Identifier: MPL-2.0

package query_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/identity"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/query"
)

// things are objects with ascending ids, of which the second one cannot be read.
func things(n int) (found []query.Found) {
	for i := range n {
		id := strconv.Itoa(i + 1)
		found = append(found, query.Found{Title: "thing " + id, Identity: identity.Of(id), Record: func(diags *diag.Diagnostics) any {
			if id == "2" {
				diags.AddError("It cannot be read", "The server says so.")
			}
			return struct {
				ID types.String `tfsdk:"id"`
			}{types.StringValue(id)}
		}})
	}
	return found
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	var identities resource.IdentitySchemaResponse
	identity.ByNumber{}.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &identities)
	var refused diag.Diagnostics
	refused.AddError("It was refused", "Ask somebody.")
	for name, test := range map[string]struct {
		found   []query.Found
		limit   int64
		include bool
		diags   diag.Diagnostics
		// want are the display names, and the summaries of the diagnostics.
		want []string
	}{
		"nothing":             {nil, 100, false, nil, nil},
		"all":                 {things(3), 3, false, nil, []string{"thing 1", "thing 2", "thing 3"}},
		"more than the limit": {things(3), 1, false, nil, []string{"Warning: 1 of 3 things are listed", "thing 1"}},
		"no limit at all":     {things(1), 0, false, nil, []string{"Warning: 0 of 1 things are listed"}},
		"an error":            {things(3), 100, false, refused, []string{"Error: It was refused"}},
		"one is left out":     {things(3), 100, true, nil, []string{"thing 1", "Warning: thing 2 is left out: It cannot be read", "thing 3"}},
	} {
		var stream list.ListResultsStream
		query.Answer(t.Context(), list.ListRequest{
			IncludeResource: test.include, Limit: test.limit, ResourceIdentitySchema: identities.IdentitySchema,
			ResourceSchema: schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}},
		}, &stream, "things", test.found, test.diags)
		var got []string
		for result := range stream.Results {
			for _, d := range result.Diagnostics {
				got = append(got, d.Severity().String()+": "+d.Summary())
			}
			if result.DisplayName != "" {
				got = append(got, result.DisplayName)
				if test.include == result.Resource.Raw.IsNull() || !strings.Contains(result.Identity.Raw.String(), strings.TrimPrefix(result.DisplayName, "thing ")) {
					t.Errorf("%s: got %v, %v", name, result.Resource.Raw, result.Identity.Raw)
				}
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		for range stream.Results { // core stops listening whenever it likes
			break
		}
	}
}

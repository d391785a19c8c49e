// SPDX-License-Identifier: MPL-2.0

package listing_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/listing"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

const (
	early  = "2026-01-10T08:00:00Z"
	middle = "2026-01-10T09:00:00Z"
	late   = "2026-01-10T10:00:00Z"
)

func span(from, to string) listing.FinishedModel {
	m := listing.FinishedModel{MinFinishTimestamp: types.StringNull(), MaxFinishTimestamp: types.StringNull()}
	if from != "" {
		m.MinFinishTimestamp = types.StringValue(from)
	}
	if to != "" {
		m.MaxFinishTimestamp = types.StringValue(to)
	}
	return m
}

func TestFinished_MissedBy(t *testing.T) {
	t.Parallel()
	const lower, upper = "min_finish_timestamp", "max_finish_timestamp"
	for name, test := range map[string]struct {
		span     listing.FinishedModel
		finished string
		want     string
	}{
		"no limit":                     {span("", ""), middle, ""},
		"no limit, has not ended":      {span("", ""), "", ""},
		"within":                       {span(early, late), middle, ""},
		"at the beginning":             {span(early, late), early, ""},
		"at the end":                   {span(early, late), late, ""},
		"at both":                      {span(middle, middle), middle, ""},
		"before":                       {span(middle, late), early, lower},
		"after":                        {span(early, middle), late, upper},
		"before, only a lower limit":   {span(middle, ""), early, lower},
		"after, only a lower limit":    {span(middle, ""), late, ""},
		"before, only an upper limit":  {span("", middle), early, ""},
		"after, only an upper limit":   {span("", middle), late, upper},
		"a second before":              {span(middle, ""), "2026-01-10T08:59:59Z", lower},
		"a second after":               {span("", middle), "2026-01-10T09:00:01Z", upper},
		"in the last second":           {span("", middle), "2026-01-10T09:00:00.999Z", ""},
		"fractions of the limit":       {span("2026-01-10T09:00:00.500Z", ""), middle, ""},
		"the other way round":          {span("", "2026-01-10T09:00:00.500Z"), "2026-01-10T09:00:00.900Z", ""},
		"another offset":               {span("2026-01-10T10:00:00+01:00", "2026-01-10T10:00:00+01:00"), middle, ""},
		"has not ended, lower limit":   {span(early, ""), "", lower},
		"has not ended, upper limit":   {span("", late), "", upper},
		"has not ended, both":          {span(early, late), "", lower},
		"no time":                      {span(early, late), "soon", lower},
		"a limit that is not known":    {listing.FinishedModel{MinFinishTimestamp: types.StringUnknown(), MaxFinishTimestamp: types.StringUnknown()}, "", ""},
		"an empty span, which is none": {span(late, early), middle, lower},
	} {
		if got := test.span.MissedBy(test.finished); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestFinished_Query(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		span     listing.FinishedModel
		from, to string
	}{
		"open":          {span("", ""), "", ""},
		"from":          {span(early, ""), early, ""},
		"to":            {span("", late), "", late},
		"with offsets":  {span("2026-01-10T10:00:00+01:00", "2026-01-10T09:00:00-01:00"), middle, late},
		"with fraction": {span("2026-01-10T08:00:00.5Z", ""), "2026-01-10T08:00:00.5Z", ""},
	} {
		if from, to := test.span.Query(); from != test.from || to != test.to {
			t.Errorf("%s: got %q and %q", name, from, to)
		}
	}
}

func TestFinished_Validate(t *testing.T) {
	t.Parallel()
	unknown := listing.FinishedModel{MinFinishTimestamp: types.StringUnknown(), MaxFinishTimestamp: types.StringValue(early)}
	for name, test := range map[string]struct {
		span  listing.FinishedModel
		fails bool
	}{
		"open": {span("", ""), false}, "from": {span(late, ""), false}, "to": {span("", early), false}, "unknown": {unknown, false},
		"in order": {span(early, late), false}, "one moment": {span(early, early), false}, "empty": {span(late, early), true},
		"one moment in two offsets": {span(middle, "2026-01-10T10:00:00+01:00"), false},
	} {
		var diags diag.Diagnostics
		test.span.Validate(&diags)
		if diags.HasError() != test.fails {
			t.Errorf("%s: got %v", name, diags)
		}
		if test.fails && (!strings.Contains(diags[0].Detail(), early) || !strings.Contains(diags[0].Detail(), late)) {
			t.Errorf("%s: the error does not name the times: %v", name, diags)
		}
	}
}

func TestUnlike(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		filter   types.String
		reported string
		want     bool
	}{
		"no filter":              {types.StringNull(), "task", false},
		"the same":               {types.StringValue("task"), "task", false},
		"another":                {types.StringValue("task"), "deploy", true},
		"not told":               {types.StringValue("task"), "", true},
		"no filter and not told": {types.StringNull(), "", false},
	} {
		if got := listing.FilteredOut(test.filter, test.reported); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestIgnored_Report(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	listing.Ignored{Attribute: "type", Since: "2019.8", Answered: "job 7 of the type task"}.Report("Jobs were not read", &diags)
	want := "The server has ignored `type`: it answered with job 7 of the type task. The filter came with PE 2019.8, and the server seems " +
		"to be older. Leave `type` out, and select in HCL with a `for` expression instead."
	if len(diags) != 1 || diags[0].Summary() != "Jobs were not read" || diags[0].Detail() != want {
		t.Errorf("got %v", diags)
	}
	if bound, ok := diags[0].(diag.DiagnosticWithPath); !ok || bound.Path().String() != "type" {
		t.Errorf("it is not bound to the filter: %v", diags)
	}
}

func TestRangeModel_Part(t *testing.T) {
	t.Parallel()
	none := listing.RangeModel{Limit: types.Int64Null(), Offset: types.Int64Null()}
	if part := none.Part(); part.Limit != 0 || part.Offset != 0 || part.Total != nil {
		t.Errorf("the whole list: got %+v", part)
	}
	some := listing.CountedModel{RangeModel: listing.RangeModel{Limit: types.Int64Value(7), Offset: types.Int64Value(3)}, Total: types.Int64Null()}
	part := some.Part()
	if part.Limit != 7 || part.Offset != 3 || !some.Total.IsNull() {
		t.Errorf("got %+v and the total %s", part, some.Total)
	}
	if part.Total(0); !some.Total.Equal(types.Int64Value(0)) {
		t.Errorf("a total of nothing: got %s", some.Total)
	}
}

func TestOrderByAttribute_NamesTheKeys(t *testing.T) {
	t.Parallel()
	for want, keys := range map[string][]string{
		"What to sort by: `name` or `state`. It depends.":          {"name", "state"},
		"What to sort by: `name`, `owner` or `state`. It depends.": {"name", "owner", "state"},
	} {
		if got := listing.OrderByAttribute("It depends.", keys...).MarkdownDescription; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// numbers are the numbers from 1 to n, and an error after them if there is one.
func numbers(n int, err error) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i+1, nil) {
				return
			}
		}
		if err != nil {
			yield(0, err)
		}
	}
}

func TestWithin_TakesAPart(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		n     int
		err   error
		part  orchestrator.Range
		want  string
		fails bool
	}{
		"everything":              {3, nil, orchestrator.Range{}, "[1 2 3]", false},
		"a limit":                 {3, nil, orchestrator.Range{Limit: 2}, "[1 2]", false},
		"a limit beyond the end":  {3, nil, orchestrator.Range{Limit: 9}, "[1 2 3]", false},
		"an offset":               {3, nil, orchestrator.Range{Offset: 2}, "[3]", false},
		"an offset after the end": {3, nil, orchestrator.Range{Offset: 3, Limit: 1}, "[]", false},
		"a page":                  {9, nil, orchestrator.Range{Offset: 2, Limit: 3}, "[3 4 5]", false},
		"an error":                {2, broken, orchestrator.Range{Offset: 5}, "[]", true},
		"an error after the part": {2, broken, orchestrator.Range{Limit: 2}, "[1 2]", false},
	} {
		got, failed := []int{}, false
		for number, err := range listing.Within(numbers(test.n, test.err), test.part) {
			if failed = errors.Is(err, broken); !failed {
				got = append(got, number)
			}
		}
		if fmt.Sprint(got) != test.want || failed != test.fails {
			t.Errorf("%s: got %v, %v", name, got, failed)
		}
	}
}

func TestWhere_LeavesOutTheRest(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	var got []int
	failed := false
	for number, err := range listing.Where(numbers(7, broken), func(n int) bool { return n%2 == 0 && n > 0 }) {
		if failed = err != nil; !failed {
			got = append(got, number)
		}
	}
	if !slices.Equal(got, []int{2, 4, 6}) || !failed {
		t.Errorf("got %v, %v", got, failed)
	}
}

func TestSelected_ByState(t *testing.T) {
	t.Parallel()
	some := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("failed"), types.StringValue("errored")})
	for name, test := range map[string]struct {
		states types.Set
		state  string
		want   bool
	}{
		"no filter": {types.SetNull(types.StringType), "new", true}, "one of them": {some, "errored", true}, "another": {some, "finished", false},
	} {
		if got := listing.Selected(test.states, test.state); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

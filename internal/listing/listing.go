// SPDX-License-Identifier: MPL-2.0

// Package listing has what data sources that read lists page by page share: limits, orders, time spans, and filters that a server may
// ignore.
package listing

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// RangeModel says which part of a list to read.
type RangeModel struct {
	Limit  types.Int64 `tfsdk:"limit"`
	Offset types.Int64 `tfsdk:"offset"`
}

// Part returns what to read.
func (m RangeModel) Part() orchestrator.Range {
	return orchestrator.Range{Limit: int(m.Limit.ValueInt64()), Offset: int(m.Offset.ValueInt64())}
}

// CountedModel is a part of a list with the length of the whole list.
type CountedModel struct {
	RangeModel
	Total types.Int64 `tfsdk:"total"`
}

// Part returns what to read. The model keeps the total that the server reports.
func (m *CountedModel) Part() orchestrator.Range {
	part := m.RangeModel.Part()
	part.Total = func(total int) { m.Total = types.Int64Value(int64(total)) }
	return part
}

// TotalAttribute is the length of the whole list.
func TotalAttribute(items string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Computed: true,
		MarkdownDescription: "How many " + items + " match on the server, whatever `limit` and `offset` are. Null when the server does not " +
			"say, as of an empty list before PE 2021.7.",
	}
}

// LimitAttribute is how much of a list is read at most.
func LimitAttribute(items string) schema.Int64Attribute {
	return schema.Int64Attribute{
		CustomType:          tfvalue.WholeNumber{},
		Optional:            true,
		MarkdownDescription: "How many " + items + " to read at most. The default is all of them, page by page.",
		Validators:          []validator.Int64{validate.AtLeast(1)},
	}
}

// OffsetAttribute is where reading begins in a list.
func OffsetAttribute(items string) schema.Int64Attribute {
	return schema.Int64Attribute{
		CustomType:          tfvalue.WholeNumber{},
		Optional:            true,
		MarkdownDescription: "How many " + items + " to leave out at the beginning of the list. The default is `0`.",
		Validators:          []validator.Int64{validate.AtLeast(0)},
	}
}

// OrderModel says how a list is sorted.
type OrderModel struct {
	OrderBy types.String `tfsdk:"order_by"`
	Order   types.String `tfsdk:"order"`
}

// OrderByAttribute is what a list is sorted by. text describes the default.
func OrderByAttribute(text string, keys ...string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "What to sort by: " + choice(keys) + ". " + text,
		Validators:          []validator.String{validate.OneOf(keys...)},
	}
}

// OrderAttribute is the direction in which a list is sorted.
func OrderAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "`asc` or `desc`. " + text,
		Validators:          []validator.String{validate.OneOf("asc", "desc")},
	}
}

// choice lists words for a description.
func choice(words []string) string {
	quoted := prose.Backquoted(words)
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// FinishedModel selects what ended within a time span.
type FinishedModel struct {
	MinFinishTimestamp types.String `tfsdk:"min_finish_timestamp"`
	MaxFinishTimestamp types.String `tfsdk:"max_finish_timestamp"`
}

// FinishedSince is the release that introduced the two filters. The documents leave open which of the two it was.
const FinishedSince = "2021.6 or 2021.7"

// FinishedAttribute is one end of a time span.
func FinishedAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: text + ", RFC 3339 with any offset, to the second and inclusive. PE " + FinishedSince + " and newer. The " +
			"default is no limit.",
		Validators: []validator.String{validate.Time()},
	}
}

// bounds returns the two ends of the span, the zero time for an end that is open or not known yet.
func (m FinishedModel) bounds() (from, to time.Time) {
	return tfvalue.Time(m.MinFinishTimestamp), tfvalue.Time(m.MaxFinishTimestamp)
}

// Query returns the two ends in the form of the API, "" for an end that is open.
func (m FinishedModel) Query() (from, to string) {
	start, end := m.bounds()
	if !start.IsZero() {
		from = tfvalue.APITime(start)
	}
	if !end.IsZero() {
		to = tfvalue.APITime(end)
	}
	return from, to
}

// Validate checks that the span is not empty.
func (m FinishedModel) Validate(diags *diag.Diagnostics) {
	from, to := m.bounds()
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		diags.AddAttributeError(path.Root("max_finish_timestamp"), "The span of time is empty",
			fmt.Sprintf("`max_finish_timestamp` (%s) lies before `min_finish_timestamp` (%s), so nothing can have ended in "+
				"between.", tfvalue.APITime(to), tfvalue.APITime(from)))
	}
}

// MissedBy names the end of the span that something lies beyond, "" if it lies within. A running job lies beyond both.
func (m FinishedModel) MissedBy(finished string) string {
	from, to := m.bounds()
	at, err := time.Parse(time.RFC3339, finished)
	at = at.Truncate(time.Second)
	switch {
	case !from.IsZero() && (err != nil || at.Before(from.Truncate(time.Second))):
		return "min_finish_timestamp"
	case !to.IsZero() && (err != nil || at.After(to.Truncate(time.Second))):
		return "max_finish_timestamp"
	default:
		return ""
	}
}

// Ignored is a filter that a server has not applied. Servers do not refuse parameters that they do not know.
type Ignored struct {
	Attribute string
	// Since is the release that introduced the filter, answered is an item that it should have excluded.
	Since, Answered string
}

// Report reports that a list is not what was asked for.
func (i Ignored) Report(summary string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root(i.Attribute), summary,
		fmt.Sprintf("The server has ignored `%s`: it answered with %s. The filter came with PE %s, and the server seems to be older. Leave "+
			"`%s` out, and select in HCL with a `for` expression instead.", i.Attribute, i.Answered, i.Since, i.Attribute))
}

// FilteredOut reports whether a filter is set and a reported value does not match it.
func FilteredOut(filter types.String, reported string) bool {
	return !filter.IsNull() && filter.ValueString() != reported
}

// StatesAttribute selects by states. The server has no filter for several of them, so that everything is read and the rest left out.
func StatesAttribute(items string, states ...string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional:    true,
		ElementType: types.StringType,
		MarkdownDescription: "Only " + items + " in one of these states, a filter: " + choice(states) + ". The provider selects them, so " +
			"that every server can do it; `limit` and `offset` count what is selected. The default is every state.",
		Validators: []validator.Set{validate.NoNulls{}, validate.NotEmpty{}, setvalidator.ValueStringsAre(validate.OneOf(states...))},
	}
}

// Selected reports whether something in a state is selected. A filter that is null selects everything.
func Selected(states types.Set, state string) bool {
	return states.IsNull() || slices.Contains(states.Elements(), attr.Value(types.StringValue(state)))
}

// Within are the items of a part of a list.
func Within[T any](items iter.Seq2[T, error], part orchestrator.Range) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		at := 0
		for item, err := range items {
			if err == nil {
				if at++; at <= part.Offset {
					continue
				}
			}
			if !yield(item, err) || part.Limit > 0 && at >= part.Offset+part.Limit {
				return
			}
		}
	}
}

// Where are the items of a list that are selected.
func Where[T any](items iter.Seq2[T, error], selected func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range items {
			if (err != nil || selected(item)) && !yield(item, err) {
				return
			}
		}
	}
}

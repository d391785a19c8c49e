package provider

import (
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// rangeModel says which part of a list is read.
type rangeModel struct {
	Limit  types.Int64 `tfsdk:"limit"`
	Offset types.Int64 `tfsdk:"offset"`
}

func (m rangeModel) part() orchestrator.Range {
	return orchestrator.Range{Limit: int(m.Limit.ValueInt64()), Offset: int(m.Offset.ValueInt64())}
}

// countedModel is a part of a list that tells how long it is as a whole.
type countedModel struct {
	rangeModel
	Total types.Int64 `tfsdk:"total"`
}

// part returns what to read. The total is kept when the server tells it.
func (m *countedModel) part() orchestrator.Range {
	part := m.rangeModel.part()
	part.Total = func(total int) { m.Total = types.Int64Value(int64(total)) }
	return part
}

func totalAttribute(items string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Computed:            true,
		MarkdownDescription: "How many " + items + " match on the server, whatever `limit` and `offset` are. Null when the server does not say, as of an empty list before PE 2021.7.",
	}
}

// limitAttribute is the most that is read of a list.
func limitAttribute(items string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "How many " + items + " to read at most. The default is all of them, page by page.",
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
}

// offsetAttribute is where in a list reading begins.
func offsetAttribute(items string) schema.Int64Attribute {
	return schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "How many " + items + " to leave out at the beginning of the list. The default is `0`.",
		Validators:          []validator.Int64{int64validator.AtLeast(0)},
	}
}

// orderModel says how a list is sorted.
type orderModel struct {
	OrderBy types.String `tfsdk:"order_by"`
	Order   types.String `tfsdk:"order"`
}

// orderByAttribute is what a list is sorted by. text says what happens without it.
func orderByAttribute(text string, keys ...string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "What to sort by: " + choice(keys) + ". " + text,
		Validators:          []validator.String{stringvalidator.OneOf(keys...)},
	}
}

func orderAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "`asc` or `desc`. " + text,
		Validators:          []validator.String{stringvalidator.OneOf("asc", "desc")},
	}
}

// choice lists words for a description.
func choice(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "`" + word + "`"
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// finishedModel selects what ended within a span of time.
type finishedModel struct {
	MinFinishTimestamp types.String `tfsdk:"min_finish_timestamp"`
	MaxFinishTimestamp types.String `tfsdk:"max_finish_timestamp"`
}

// finishedSince is the release that brought the two filters. The documents leave open which of the two it was.
const finishedSince = "2021.6 or 2021.7"

func finishedAttribute(text string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: text + ", RFC 3339 with any offset, to the second and inclusive. PE " + finishedSince + " and newer. The default is no limit.",
		Validators:          []validator.String{instantText()},
	}
}

// bounds returns the two ends of the span, the zero time for an end that is open or not known yet.
func (m finishedModel) bounds() (from, to time.Time) {
	return instant(m.MinFinishTimestamp), instant(m.MaxFinishTimestamp)
}

// query returns the two ends as the API takes them, "" for an end that is open.
func (m finishedModel) query() (from, to string) {
	start, end := m.bounds()
	if !start.IsZero() {
		from = apiTime(start)
	}
	if !end.IsZero() {
		to = apiTime(end)
	}
	return from, to
}

// validate checks that the span is not empty.
func (m finishedModel) validate(diags *diag.Diagnostics) {
	from, to := m.bounds()
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		diags.AddAttributeError(path.Root("max_finish_timestamp"), "The span of time is empty",
			fmt.Sprintf("`max_finish_timestamp` (%s) lies before `min_finish_timestamp` (%s), so nothing can have ended in between.", apiTime(to), apiTime(from)))
	}
}

// missedBy names the end of the span that something lies beyond, "" for what lies within. What has not ended lies beyond both.
func (m finishedModel) missedBy(finished string) string {
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

// ignored is a filter that a server has not applied: servers do not refuse parameters that they do not know.
type ignored struct {
	attribute string
	// since is the release that brought the filter, answered is what should not have come.
	since, answered string
}

// report says that a list is not what was asked for.
func (i ignored) report(summary string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root(i.attribute), summary,
		fmt.Sprintf("The server has ignored `%s`: it answered with %s. The filter came with PE %s, and the server seems to be older. "+
			"Leave `%s` out, and select in HCL with a `for` expression instead.", i.attribute, i.answered, i.since, i.attribute))
}

// unlike reports whether a filter is set and something does not match it.
func unlike(filter types.String, told string) bool {
	return !filter.IsNull() && filter.ValueString() != told
}

// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var (
	_ datasource.DataSourceWithConfigure      = (*puppetDBQueryDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*puppetDBQueryDataSource)(nil)
)

// queryTimeout is how long a query may take by default.
const queryTimeout = time.Minute

type puppetDBQueryDataSource struct{ pe.DataSource }

func newPuppetDBQueryDataSource() datasource.DataSource { return &puppetDBQueryDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *puppetDBQueryDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_puppetdb_query"
}

// Schema implements [datasource.DataSource].
func (d *puppetDBQueryDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What PuppetDB answers to a query: nodes with their facts, resources, reports. The data are as old as the last " +
			"run of the agent on each node. It needs the permission `nodes` / `view_data`.",
		Attributes: map[string]schema.Attribute{
			"query": schema.DynamicAttribute{
				Required: true,
				MarkdownDescription: "The query: a text in PQL, such as `nodes[certname] { latest_report_status = \"failed\" }`, or a list in " +
					"PuppetDB's AST form. Name the columns that you need: without them, every row has all columns of its entity, and all of " +
					"them are in the state.",
			},
			"limit": schema.Int64Attribute{
				CustomType: tfvalue.WholeNumber{},
				Optional:   true,
				MarkdownDescription: "How many rows are read at most. Which ones, only `order by` in the query decides. The default is all, up " +
					"to 64 MiB of rows; more is an error.",
				Validators: []validator.Int64{validate.AtLeast(1)},
			},
			"timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long the query may take, such as `5m`. The default is `1m`.",
				Validators:          []validator.String{validate.PositiveDuration()},
			},
			"rows": schema.DynamicAttribute{
				Computed: true,
				MarkdownDescription: "The rows, a list of objects with the columns of the query. Rows of a query without `order by` are sorted, " +
					"because PuppetDB answers them in any order. " + tfvalue.ForeignForm,
			},
			"certnames": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "The values of the column `certname`, each once and sorted. Empty when no row has one.",
			},
			"row_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "How many rows there are."},
		},
	}
}

type puppetDBQueryModel struct {
	Query     types.Dynamic `tfsdk:"query"`
	Limit     types.Int64   `tfsdk:"limit"`
	Timeout   types.String  `tfsdk:"timeout"`
	Rows      types.Dynamic `tfsdk:"rows"`
	Certnames types.List    `tfsdk:"certnames"`
	RowCount  types.Int64   `tfsdk:"row_count"`
}

// ValidateConfig implements [datasource.DataSourceWithValidateConfig].
func (d *puppetDBQueryDataSource) ValidateConfig(
	ctx context.Context,
	req datasource.ValidateConfigRequest,
	resp *datasource.ValidateConfigResponse,
) {
	var query types.Dynamic
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("query"), &query)...)
	if !resp.Diagnostics.HasError() && tfvalue.IsWhollyKnown(query) {
		queryOf(query, &resp.Diagnostics)
	}
}

// queryOf reads a query, and reports what is none.
func queryOf(query types.Dynamic, diags *diag.Diagnostics) (q puppetdb.Query) {
	switch value := tfvalue.Underlying(query).(type) {
	case types.String:
		q.Text = value.ValueString()
		validate.AnyPQL(path.Root("query"), q.Text, diags)
	case types.List, types.Tuple:
		plain, err := tfvalue.ToGo(value)
		root, _ := plain.([]any)
		if err == nil {
			q.AST, err = json.Marshal(plain)
		}
		if err != nil || len(root) < 2 || root[0] != "from" {
			diags.AddAttributeError(path.Root("query"), "The query is not valid", "A query in AST form begins with \"from\" and an entity, "+
				"such as [\"from\", \"nodes\", [\"=\", \"certname\", \"node1.example.com\"]].")
		}
	default:
		diags.AddAttributeError(path.Root("query"), "The query is not valid",
			"A query is a text in PQL, such as nodes[certname] { }, or a list in PuppetDB's AST form.")
	}
	return q
}

// Read implements [datasource.DataSource].
func (d *puppetDBQueryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The query was not answered"
	var model puppetDBQueryModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	q := queryOf(model.Query, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	q.Limit, q.Timeout = int(model.Limit.ValueInt64()), queryTimeout
	if !model.Timeout.IsNull() {
		q.Timeout = tfvalue.Duration(model.Timeout)
	}
	rows, err := d.PuppetDB.Rows(ctx, q)
	if err != nil {
		d.reportQuery(summary, q, err, &resp.Diagnostics)
		return
	}
	if err := model.fill(rows, q.Ordered()); err != nil {
		resp.Diagnostics.AddError(summary, "PuppetDB has answered with something that is no row: "+err.Error()+".")
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// fill puts the rows into the model.
func (m *puppetDBQueryModel) fill(rows []json.RawMessage, ordered bool) error {
	plain := make([]any, len(rows))
	names := []string{}
	for i, raw := range rows {
		row, err := tfvalue.ParseJSON(raw)
		if err != nil {
			return fmt.Errorf("reading row %d: %w", i+1, err)
		}
		columns, ok := row.(map[string]any)
		if !ok {
			return fmt.Errorf("row %d is no object", i+1)
		}
		if name, ok := columns["certname"].(string); ok {
			names = append(names, name)
		}
		plain[i] = row
	}
	if !ordered {
		sortRows(plain)
	}
	slices.Sort(names)
	m.Rows = types.DynamicValue(tfvalue.FromForeign(plain).Value)
	m.Certnames = tfvalue.StringList(slices.Compact(names))
	m.RowCount = types.Int64Value(int64(len(rows)))
	return nil
}

// sortRows sorts rows by their JSON, whose members are in order of the alphabet.
func sortRows(rows []any) {
	type keyed struct {
		key string
		row any
	}
	all := make([]keyed, len(rows))
	for i, row := range rows {
		all[i] = keyed{tfvalue.JSONText(row), row}
	}
	slices.SortFunc(all, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	for i, k := range all {
		rows[i] = k.row
	}
}

// interrupted is what an answer that ends early means.
const interrupted = "PuppetDB begins to answer before it has all rows. An answer that ends early means that the query was interrupted, " +
	"by its time limit or by an error on the server: puppetdb.log there says which. Nothing of the answer is used."

// reportQuery says why there is no result.
func (d *puppetDBQueryDataSource) reportQuery(summary string, q puppetdb.Query, err error, diags *diag.Diagnostics) {
	var answer *httpapi.Error
	var unusable *httpapi.DecodeError
	switch {
	case errors.Is(err, puppetdb.ErrTimeout):
		diags.AddAttributeError(path.Root("timeout"), summary, fmt.Sprintf("PuppetDB has not answered within %s. Give it more time with "+
			"`timeout`, or ask for less: name the columns, and use `limit`.", duration.Text(q.Timeout)))
	case errors.Is(err, puppetdb.ErrTooMuch), httpapi.TooLarge(err):
		diags.AddAttributeError(path.Root("query"), summary, fmt.Sprintf("The rows have more than %d MiB. Name the columns that you need, as "+
			"in nodes[certname, report_timestamp] { }, or use `limit`.", puppetdb.MostBytes>>20))
	case errors.As(err, &answer) && answer.Status == 400 && !pe.LacksTLS(err):
		diags.AddAttributeError(path.Root("query"), summary, d.Explain(err)+"\n\nPuppetDB does not accept the query. Change what it names.")
	case errors.As(err, &answer) && (answer.Status == 401 || answer.Status == 403):
		d.Report(diags, pe.Failure{Summary: summary, Err: err, Note: "The user of the token needs the permission nodes:view_data:* in one of " +
			"the user's roles. With a client certificate, PuppetDB must have its name in its allowlist."})
	case errors.As(err, &unusable):
		d.Report(diags, pe.Failure{Summary: summary, Err: err, Note: interrupted})
	default:
		d.Report(diags, pe.Failure{Summary: summary, Err: err})
	}
}

// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*inventoryDataSource)(nil)

type inventoryDataSource struct{ pe.DataSource }

func newInventoryDataSource() datasource.DataSource { return &inventoryDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *inventoryDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_inventory"
}

// Schema implements [datasource.DataSource].
func (d *inventoryDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Which nodes are connected to the orchestrator (its PCP broker), so that jobs can run on them.",
		Attributes: map[string]schema.Attribute{
			"only_nodes": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Certnames of the nodes to ask for, a filter. A node that the server does not know is not connected; that " +
					"is no error. The default is every node that the server knows: connected ones only on PE 2019.8, others as well on newer ones.",
				Validators: []validator.Set{validate.NoNulls{}, setvalidator.ValueStringsAre(validate.Certname())},
			},
			"wait_until": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "`connected` waits until every node of `only_nodes` is connected, such as nodes that the same apply has " +
					"just created. It is an error when one still is not after the time in `timeouts`. Without it, the data source does not wait.",
				Validators: []validator.String{validate.OneOf(untilConnected), validate.Needs("only_nodes")},
			},
			"nodes": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The nodes by certname.",
				NestedObject:        schema.NestedAttributeObject{Attributes: connectionAttributes()},
			},
		},
		Blocks: readTimeouts(ctx),
	}
}

// connectionAttributes tell whether a node is connected.
func connectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"connected": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the node is connected."},
		"broker": schema.StringAttribute{Computed: true, MarkdownDescription: "URI of the broker that the node is connected to. Null when it " +
			"is not connected."},
		"timestamp": schema.StringAttribute{Computed: true, MarkdownDescription: "When the node connected, RFC 3339 in UTC with " +
			"milliseconds. Null when it is not connected."},
	}
}

// readTimeouts is the block that says how long to wait.
func readTimeouts(ctx context.Context) map[string]schema.Block {
	block := timeouts.BlockWithOpts(ctx, timeouts.Opts{ReadDescription: "How long to wait for `wait_until`, such as `20m`. The default is " +
		"`10m`."})
	if nested, ok := block.(schema.SingleNestedBlock); ok {
		nested.MarkdownDescription = "How long to wait."
		block = nested
	}
	return map[string]schema.Block{"timeouts": block}
}

type inventoryModel struct {
	OnlyNodes types.Set                  `tfsdk:"only_nodes"`
	WaitUntil types.String               `tfsdk:"wait_until"`
	Timeouts  timeouts.Value             `tfsdk:"timeouts"`
	Nodes     map[string]connectionModel `tfsdk:"nodes"`
}

// connectionModel says whether a node is connected.
type connectionModel struct {
	Connected types.Bool   `tfsdk:"connected"`
	Broker    types.String `tfsdk:"broker"`
	Timestamp types.String `tfsdk:"timestamp"`
}

// Read implements [datasource.DataSource].
func (d *inventoryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The inventory was not read"
	var model inventoryModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	var names []string
	resp.Diagnostics.Append(model.OnlyNodes.ElementsAs(ctx, &names, false)...)
	limit, diags := model.Timeouts.Read(ctx, defaultWait)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	look := func(ctx context.Context) ([]orchestrator.InventoryNode, error) {
		return d.inventory(ctx, names, model.OnlyNodes.IsNull())
	}
	var nodes []orchestrator.InventoryNode
	var err error
	if model.WaitUntil.ValueString() == untilConnected {
		nodes, err = d.waitForNodes(ctx, names, limit, look)
	} else {
		nodes, err = look(ctx)
	}
	var missing *notConnectedError
	switch {
	case errors.As(err, &missing):
		missing.report(d.Sentence, &resp.Diagnostics)
		return
	case err != nil:
		d.Report(&resp.Diagnostics, pe.Failure{Summary: summary, Err: err, Note: pe.OlderServer(err, "GET /inventory", "2016.5")})
		return
	}
	model.Nodes = make(map[string]connectionModel, len(nodes))
	for _, node := range nodes {
		model.Nodes[node.Name] = connectionModel{
			Connected: types.BoolValue(node.Connected),
			Broker:    tfvalue.StringOrNull(node.Broker),
			Timestamp: tfvalue.StringOrNull(node.Timestamp),
		}
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// inventory reads all nodes, or the named ones with the call for one or for many.
func (d *inventoryDataSource) inventory(ctx context.Context, names []string, all bool) ([]orchestrator.InventoryNode, error) {
	switch {
	case all:
		return d.Orchestrator.Inventory(ctx)
	case len(names) == 1:
		node, err := d.Orchestrator.InventoryNode(ctx, names[0])
		return []orchestrator.InventoryNode{node}, err
	default:
		slices.Sort(names)
		return d.Orchestrator.InventoryNodes(ctx, names)
	}
}

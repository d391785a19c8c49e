// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	framework "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
)

// restAPI stands in for the provider restapi: its objects are in the state with what they are configured with, and nowhere else.
type restAPI struct{}

func (restAPI) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "restapi"
}

func (restAPI) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (restAPI) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (restAPI) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (restAPI) Resources(context.Context) []func() framework.Resource {
	return []func() framework.Resource{func() framework.Resource { return restObject{} }}
}

type restObject struct{}

func (restObject) Metadata(_ context.Context, _ framework.MetadataRequest, resp *framework.MetadataResponse) {
	resp.TypeName = "restapi_object"
}

func (restObject) Schema(_ context.Context, _ framework.SchemaRequest, resp *framework.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"path": schema.StringAttribute{Required: true}, "object_id": schema.StringAttribute{Required: true}, "id": schema.StringAttribute{Computed: true},
	}}
}

func (restObject) Create(ctx context.Context, req framework.CreateRequest, resp *framework.CreateResponse) {
	var id string
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("object_id"), &id)...)
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
}

func (restObject) Read(context.Context, framework.ReadRequest, *framework.ReadResponse) {}

func (restObject) Update(_ context.Context, _ framework.UpdateRequest, resp *framework.UpdateResponse) {
	resp.Diagnostics.AddError("Not to be changed", "It is only to be moved.")
}

func (restObject) Delete(_ context.Context, _ framework.DeleteRequest, resp *framework.DeleteResponse) {
	resp.Diagnostics.AddError("Not to be deleted", "It is only to be moved.")
}

// TestMoved_ThroughTheCLI applies the example of the guide to a state that a generic provider has left.
func TestMoved_ThroughTheCLI(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	h := acctest.New(t)
	example := readExample(t, "guides/migrating/moved/main.tf")
	_, example, _ = strings.Cut(example, "\n}\n") // the factories say where the providers are
	_, schedule, ok := strings.Cut(example, "resource ")
	if !ok {
		t.Fatal("the example has no resource")
	}
	factories := h.Factories()
	factories["restapi"] = providerserver.NewProtocol6WithError(restAPI{})
	w := newWire(t, h)
	created := w.idIn(t, "pe_scheduled_task", w.create(t, "pe_scheduled_task", map[string]any{
		"task": "service", "params": map[string]any{"action": "restart", "name": "httpd"}, "environment": "production",
		"scope":          map[string]any{"query": `inventory[certname] { facts.role = "web" }`},
		"scheduled_time": "2040-01-07T02:00:00+01:00", "interval": "168h", "description": "Weekly restart",
	}))
	h.ResetRequests()
	at := "pe_scheduled_task.restart"
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: []resource.TestStep{
		{Config: h.Config("resource \"restapi_object\" \"restart\" {\n  path = \"/orchestrator/v1/scheduled_jobs/environment_jobs\"\n  object_id = " + strconv.Quote(created) + "\n}")},
		{
			Config:            h.Config(example),
			ConfigPlanChecks:  acctest.Planned(plancheck.ExpectEmptyPlan()),
			ConfigStateChecks: []statecheck.StateCheck{acctest.Value(at, "id", acctest.Text(created)), acctest.Value(at, "description", acctest.Text("Weekly restart"))},
			Check: func(*terraform.State) error {
				h.OnlyReads(t)
				return nil
			},
		},
		// The block may be removed once it has been applied.
		{Config: h.Config("resource " + schedule), ConfigPlanChecks: acctest.Planned(plancheck.ExpectEmptyPlan())},
	}})
}

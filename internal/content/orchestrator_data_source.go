// SPDX-License-Identifier: MPL-2.0

package content

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*orchestratorDataSource)(nil)

// States of services.
const (
	serviceRunning = "running"
	serviceError   = "error"
	serviceUnknown = "unknown"
)

type orchestratorDataSource struct{ pe.DataSource }

func newOrchestratorDataSource() datasource.DataSource { return &orchestratorDataSource{} }

// Metadata implements [datasource.DataSource].
func (d *orchestratorDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = pe.TypeName + "_orchestrator"
}

// Schema implements [datasource.DataSource].
func (d *orchestratorDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The orchestrator itself: whether its services run, their versions, and the root document of its API. A " +
			"service that does not run is a result, not an error.",
		Attributes: map[string]schema.Attribute{
			"level": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How much detail the services report: `critical`, `info` or `debug`, which adds metrics. The default is " +
					"`info`.",
				Validators: []validator.String{validate.OneOf("critical", "info", "debug")},
			},
			"timeout_seconds": schema.Int64Attribute{
				CustomType:          tfvalue.WholeNumber{},
				Optional:            true,
				MarkdownDescription: "How many seconds the server waits for the status of a service. The default is `30`.",
				Validators:          []validator.Int64{validate.AtLeast(1)},
			},
			"state": schema.StringAttribute{
				Computed: true,
				MarkdownDescription: "`running` when every service runs, `error` when one has failed, otherwise `unknown`, as when the server " +
					"names no service.",
			},
			"services": schema.MapNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The services on the port of the orchestrator, such as `orchestrator-service` and `broker-service`, by name.",
				NestedObject:        schema.NestedAttributeObject{Attributes: serviceAttributes()},
			},
			"service_details": schema.DynamicAttribute{
				Computed:            true,
				MarkdownDescription: "Details that each service reports (its `status`), by name, as values. PE does not document them.",
			},
			"root": schema.SingleNestedAttribute{
				Computed: true,
				MarkdownDescription: "The root document of the API. It has hardly changed since PE 2016.2, so it does not tell what the server " +
					"can do. Null, with a warning, when services do not run and the orchestrator does not answer.",
				Attributes: rootAttributes(),
			},
		},
	}
}

func serviceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"state":                  schema.StringAttribute{Computed: true, MarkdownDescription: "`running`, `error` or `unknown`."},
		"service_version":        schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the service."},
		"service_status_version": schema.Int64Attribute{Computed: true, MarkdownDescription: "Version of the form of the service's details."},
		"detail_level": schema.StringAttribute{Computed: true, MarkdownDescription: "How much detail the service reports: `critical`, `info` " +
			"or `debug`."},
		"active_alerts": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "Messages of the service. Null on older servers.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"severity": schema.StringAttribute{Computed: true, MarkdownDescription: "How serious it is."},
				"message":  schema.StringAttribute{Computed: true, MarkdownDescription: "Text of the message."},
			}},
		},
	}
}

func rootAttributes() map[string]schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	links := func(description string) schema.MapAttribute {
		return schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	return map[string]schema.Attribute{
		"title":        text("Title of the API."),
		"description":  text("Description of the API."),
		"warning":      text("Warning in the root document of the API."),
		"version":      text("Version of the API, not of Puppet Enterprise: `0.1`."),
		"license_name": text("Name of the licence."),
		"license_url":  text("URL of the licence."),
		"status_url":   text("URL of the status, as the server gives it."),
		"collections":  links("URLs of the collections that the document mentions, by name, as the server gives them."),
		"commands":     links("URLs of the commands that the document mentions, by name, as the server gives them."),
	}
}

type orchestratorModel struct {
	Level          types.String            `tfsdk:"level"`
	TimeoutSeconds types.Int64             `tfsdk:"timeout_seconds"`
	State          types.String            `tfsdk:"state"`
	Services       map[string]serviceModel `tfsdk:"services"`
	ServiceDetails types.Dynamic           `tfsdk:"service_details"`
	Root           *rootModel              `tfsdk:"root"`
}

type serviceModel struct {
	State                types.String `tfsdk:"state"`
	ServiceVersion       types.String `tfsdk:"service_version"`
	ServiceStatusVersion types.Int64  `tfsdk:"service_status_version"`
	DetailLevel          types.String `tfsdk:"detail_level"`
	ActiveAlerts         []alertModel `tfsdk:"active_alerts"`
}

type alertModel struct {
	Severity types.String `tfsdk:"severity"`
	Message  types.String `tfsdk:"message"`
}

type rootModel struct {
	Title       types.String      `tfsdk:"title"`
	Description types.String      `tfsdk:"description"`
	Warning     types.String      `tfsdk:"warning"`
	Version     types.String      `tfsdk:"version"`
	LicenseName types.String      `tfsdk:"license_name"`
	LicenseURL  types.String      `tfsdk:"license_url"`
	StatusURL   types.String      `tfsdk:"status_url"`
	Collections map[string]string `tfsdk:"collections"`
	Commands    map[string]string `tfsdk:"commands"`
}

// Read implements [datasource.DataSource].
func (d *orchestratorDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const summary = "The orchestrator was not read"
	var model orchestratorModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &model)...)
	if resp.Diagnostics.HasError() || !d.Ready(summary, &resp.Diagnostics) {
		return
	}
	services, err := d.Orchestrator.Services(
		ctx,
		orchestrator.StatusQuery{Level: model.Level.ValueString(), Timeout: model.TimeoutSeconds.ValueInt64()},
	)
	if err != nil {
		d.Report(&resp.Diagnostics, pe.Failure{Summary: "The status of the orchestrator's services was not read", Err: err})
		return
	}
	model.fillServices(services, &resp.Diagnostics)
	model.Root = d.root(ctx, model.State.ValueString() == serviceRunning, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// root reads the root document, nil for none. Where services do not run, they are not waited for: that they do not is what was asked.
func (d *orchestratorDataSource) root(ctx context.Context, runs bool, diags *diag.Diagnostics) *rootModel {
	if !runs {
		ctx = httpapi.WithoutRetries(ctx)
	}
	root, err := d.Orchestrator.Root(ctx)
	switch {
	case err == nil:
		return newRoot(root)
	case !runs && pe.IsOutage(err):
		diags.AddWarning("The orchestrator does not answer",
			"Its services do not all run, as `services` says, and `root` is null. "+d.Explain(err))
	default:
		d.Report(diags, pe.Failure{Summary: "The orchestrator was not read", Err: err})
	}
	return nil
}

func newRoot(root orchestrator.Root) *rootModel {
	return &rootModel{
		Title:       tfvalue.StringOrNull(root.Info.Title),
		Description: tfvalue.StringOrNull(root.Info.Description),
		Warning:     tfvalue.StringOrNull(root.Info.Warning),
		Version:     tfvalue.StringOrNull(root.Info.Version),
		LicenseName: tfvalue.StringOrNull(root.Info.License.Name),
		LicenseURL:  tfvalue.StringOrNull(root.Info.License.URL),
		StatusURL:   tfvalue.StringOrNull(root.Status.ID),
		Collections: addresses(root.Collections),
		Commands:    addresses(root.Commands),
	}
}

// addresses are links by name.
func addresses(links []orchestrator.Link) map[string]string {
	byName := make(map[string]string, len(links))
	for _, link := range links {
		byName[link.Name] = link.ID
	}
	return byName
}

// fillServices fills in what the server reports about its services.
func (m *orchestratorModel) fillServices(services map[string]orchestrator.ServiceStatus, diags *diag.Diagnostics) {
	m.Services = make(map[string]serviceModel, len(services))
	details := tfvalue.Keyed{}
	state := serviceRunning
	if len(services) == 0 {
		state = serviceUnknown
	}
	for name, service := range services {
		state = worse(state, service.State)
		m.Services[name] = newService(service)
		details.Add(name, service.Status, "The status of the service "+name+" cannot be read", diags)
	}
	m.State = types.StringValue(state)
	m.ServiceDetails = details.Value("Details of services", "They stay on the server.", diags)
}

// worse returns the worse of the states of two services.
func worse(a, b string) string {
	switch {
	case a == serviceError || b == serviceError:
		return serviceError
	case a == serviceRunning && b == serviceRunning:
		return serviceRunning
	default:
		return serviceUnknown
	}
}

func newService(service orchestrator.ServiceStatus) serviceModel {
	model := serviceModel{
		State:                types.StringValue(service.State),
		ServiceVersion:       tfvalue.StringOrNull(service.Version),
		ServiceStatusVersion: types.Int64Value(service.StatusVersion),
		DetailLevel:          tfvalue.StringOrNull(service.DetailLevel),
	}
	if service.ActiveAlerts != nil {
		model.ActiveAlerts = []alertModel{}
	}
	for _, alert := range service.ActiveAlerts {
		model.ActiveAlerts = append(
			model.ActiveAlerts,
			alertModel{Severity: tfvalue.StringOrNull(alert.Severity), Message: tfvalue.StringOrNull(alert.Message)},
		)
	}
	return model
}

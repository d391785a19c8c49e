// SPDX-License-Identifier: MPL-2.0

// Package provider is the provider itself: its settings, where they come from, and the list of its areas.
package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/code"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/content"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/functions"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/history"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/job"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobaction"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/nodegroup"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/people"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/role"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/roleparts"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schedule"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tasktarget"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

var (
	_ provider.Provider                       = (*peProvider)(nil)
	_ provider.ProviderWithActions            = (*peProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*peProvider)(nil)
	_ provider.ProviderWithFunctions          = (*peProvider)(nil)
	_ provider.ProviderWithListResources      = (*peProvider)(nil)
)

type peProvider struct {
	version string
	machine Machine
	areas   []pe.Area
}

// New returns a constructor of the provider, for the server of the plugin protocol. version is the provider's own, for the User-Agent;
// machine is the machine that it runs on.
func New(version string, machine Machine) func() provider.Provider {
	return func() provider.Provider {
		metadata, parts := &workload.Metadata{}, roleparts.New()
		return &peProvider{version: version, machine: machine, areas: []pe.Area{
			tasktarget.Area(metadata),
			role.Area(metadata, parts),
			job.Area(metadata),
			jobaction.Area(metadata),
			schedule.Area(metadata),
			history.Area(),
			content.Area(),
			code.Area(),
			nodegroup.Area(),
			people.Area(parts),
		}}
	}
}

// Metadata implements [provider.Provider].
func (p *peProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = pe.TypeName
	resp.Version = p.version
}

// Schema implements [provider.Provider].
func (p *peProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Code, node groups, people, permissions, schedules and jobs of Puppet Enterprise. Every argument is optional: " +
			"what is not written here is taken from the environment, then from the PE client tools of the machine (`orchestrator.conf`, " +
			"`puppet-access.conf`, the token of `puppet-access login`), then from the default.",
		Attributes: providerAttributes(),
	}
}

func providerAttributes() map[string]schema.Attribute {
	attributes := identityAttributes()
	maps.Copy(attributes, certificateAttributes())
	maps.Copy(attributes, requestAttributes())
	maps.Copy(attributes, resultAttributes())
	maps.Copy(attributes, map[string]schema.Attribute{
		"scheduled_jobs_api": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Which of PE's two scheduling APIs is used: `environment_jobs` (PE 2021.7 and newer), `schedule_task` " +
				"(older), or `auto`, which asks the server once and prefers the newer. The default is `auto`.",
			Validators: []validator.String{
				validate.OneOf(scheduling.SettingAuto, scheduling.SettingEnvironmentJobs, scheduling.SettingScheduleTask),
			},
		},
		"default_userdata": schema.DynamicAttribute{
			Optional: true,
			MarkdownDescription: "Userdata for every job and schedule, such as a ticket or a pipeline. A job's own `userdata` wins, key by " +
				"key. Values keep their types. The default is none. A change does not touch jobs that were started before. Jobs have userdata " +
				"from PE 2019.8.5 on, and schedules from PE 2021.7 on: older servers are sent none.",
			Validators: []validator.Dynamic{validate.Userdata{}},
		},
		"validate_params": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether tasks and plans are looked up while planning, so that an unknown name, an unknown or missing " +
				"parameter, or a value that does not fit its Puppet type is found before the apply. So are environments of deploys, tasks that " +
				"roles and task-targets permit, and what the server is too old for. Each is asked for once. A plan fails where the server cannot " +
				"be reached for that. Resources can say otherwise for themselves. The default is `true`.",
		},
		"preview_scopes": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether plans tell how many nodes the query or node group of a deploy, task, schedule or task-target matches " +
				"now, and the first ten, in a warning for each that is created or gets another scope. `scope_preview` keeps what was matched " +
				"when that was applied. It needs the permissions to ask PuppetDB and to see node groups. Where the nodes cannot be counted " +
				"within 2 seconds, a warning says so, and planning goes on. `max_nodes` does not depend on it. Also `PE_PREVIEW_SCOPES`, " +
				"which has to be set alike for a plan and its apply. The default is `false`.",
		},
	})
	return attributes
}

// identityAttributes say which PE to use, and as which user.
func identityAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"server_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of the orchestrator, without a path, such as `https://pe.example.com:8143`. Also `PE_SERVER_URL`, or " +
				"`service-url` in `orchestrator.conf`.",
			Validators: []validator.String{validate.Orchestrator().URL()},
		},
		"rbac_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of the RBAC service, such as `https://pe.example.com:4433/rbac-api`, and of the node classifier, which " +
				"is on the same host and port. Also `PE_RBAC_URL`, or `service-url` in `puppet-access.conf`. The default is port 4433 on the " +
				"host of `server_url`.",
			Validators: []validator.String{validate.RBAC().URL()},
		},
		"puppetdb_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of PuppetDB, without a path, such as `https://pe.example.com:8081`, for `data.pe_puppetdb_query`. Also " +
				"`PE_PUPPETDB_URL`, or the first of `server_urls` in `puppetdb.conf`. The default is port 8081 on the host of `server_url`.",
			Validators: []validator.String{validate.PuppetDB().URL()},
		},
		"code_manager_url": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URL of Code Manager, such as `https://pe.example.com:8170/code-manager`, for `pe_code_deploy`. Also " +
				"`PE_CODE_MANAGER_URL`, or `service-url` in `puppet-code.conf`. The default is port 8170 on the host of `server_url`.",
			Validators: []validator.String{validate.CodeManager().URL()},
		},
		"token": schema.StringAttribute{
			Optional:  true,
			Sensitive: true,
			MarkdownDescription: "RBAC token. It may be ephemeral and is never stored. Also `PE_TOKEN`; without either, the token is read from " +
				"`token_file`.",
			Validators: []validator.String{validate.NotBeside("token_file")},
		},
		"token_file": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of a file that holds the RBAC token alone, without quotes. Also `PE_TOKEN_FILE`, or `token-file` in " +
				"`orchestrator.conf`. The default is `~/.puppetlabs/token`, where `puppet-access login` leaves it. The file is read once more " +
				"when Puppet Enterprise does not accept the token any more, so that a token that is renewed there during an apply is used from " +
				"then on. The provider warns when other users of the machine may read the file.",
			Validators: []validator.String{validate.NotBlank()},
		},
	}
}

// certificateAttributes say which certificates to trust, and which to present.
func certificateAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"ca_cert_file": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of the CA certificate of PE, in PEM form. Also `PE_CA_CERT_FILE`, or `cacert` in `orchestrator.conf`. " +
				"Without one, the authorities that the system trusts are used. On PE machines it is `/etc/puppetlabs/puppet/ssl/certs/ca.pem`.",
			Validators: []validator.String{validate.NotBlank(), validate.NotBeside("ca_cert_pem")},
		},
		"ca_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The CA certificate itself, in PEM form, instead of `ca_cert_file`.",
			Validators:          []validator.String{validate.NotBlank()},
		},
		"client_cert_file": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of a client certificate in PEM form, for a PE or a proxy that asks for one. Needs `client_key_file`. " +
				"Also `PE_CLIENT_CERT_FILE`.",
			Validators: []validator.String{validate.NotBlank(), validate.NotBeside("client_cert_pem")},
		},
		"client_cert_pem": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The client certificate itself, in PEM form, instead of `client_cert_file`.",
			Validators:          []validator.String{validate.NotBlank()},
		},
		"client_key_file": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Path of the client certificate's key in PEM form, not encrypted. Needed with a client certificate. Also " +
				"`PE_CLIENT_KEY_FILE`.",
			Validators: []validator.String{
				validate.NotBlank(),
				validate.NotBeside("client_key_pem"),
			},
		},
		"client_key_pem": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "The client certificate's key itself, in PEM form, instead of `client_key_file`. It is never stored.",
			Validators:          []validator.String{validate.NotBlank()},
		},
		"insecure_skip_verify": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Accept any server certificate. Anyone between this machine and PE can then read the token and change what is " +
				"run, so the provider warns. Also `PE_INSECURE_SKIP_VERIFY`. The default is `false`.",
		},
		"allow_http": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Allow `http://` in `server_url`, `rbac_url`, `puppetdb_url` and `code_manager_url`, which is otherwise an " +
				"error, except for this machine itself (`localhost`, `127.0.0.1`, `[::1]`). Everybody on the way can then read the token and " +
				"change what is run, so the provider warns. Also `PE_ALLOW_HTTP`. The default is `false`.",
		},
	}
}

// requestAttributes say how requests are made.
func requestAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"request_timeout": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "How long one attempt of one request may take, such as `90s`. The default is `60s`.",
			Validators:          []validator.String{validate.PositiveDuration()},
		},
		"max_retries": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "How often a request is tried again after a temporary failure: no connection, 429, 502, 503, 504, for reads " +
				"also 500, and, twice at most, a 4xx status with an answer that is not Puppet Enterprise's own. A request that starts or creates " +
				"something is only sent again when it cannot have been received, or when it was looked for and is not there. A connection to a " +
				"host that has not answered before is only tried for about 5 seconds, and a certificate or name that cannot be right, or a " +
				"proxy that forbids the connection, is not tried again. The default is `6`.",
			Validators: []validator.Int64{validate.AtLeast(0)},
		},
		"retry_max_wait": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Longest wait between two attempts, such as `10s`. A `Retry-After` of the server may be longer: up to 10 " +
				"minutes within `timeouts`, and, in data sources and plans, up to 5 minutes in all for one request. The default is `30s`.",
			Validators: []validator.String{validate.PositiveDuration()},
		},
		"max_concurrent_requests": schema.Int64Attribute{
			CustomType:          tfvalue.WholeNumber{},
			Optional:            true,
			MarkdownDescription: "How many requests may be under way at once. The default is `16`.",
			Validators:          []validator.Int64{validate.AtLeast(1)},
		},
		"requests_per_second": schema.Float64Attribute{
			CustomType:          tfvalue.Decimal{},
			Optional:            true,
			MarkdownDescription: "How many requests may be sent in a second. The default is no limit.",
			Validators:          []validator.Float64{validate.Decimals(0.001)},
		},
	}
}

// The largest limits of results. Terraform sends a state and its plan in one message, which may have 256 MiB.
const (
	mostOfNode    = 16 << 20
	mostOfResults = 64 << 20
	leastOfResult = 1 << 10
)

// resultAttributes say how much of what jobs leave is kept in the state.
func resultAttributes() map[string]schema.Attribute {
	const applies = "A change applies to results that are read from then on, and runs nothing."
	return map[string]schema.Attribute{
		"max_node_result_bytes": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "How large the result of one node may be in the `results` of `pe_deploy` and `pe_task`, in bytes from 1024 to " +
				"16777216; each value in it counts as 32 bytes beside its text. Of a larger one only the size is kept. The default is `262144` " +
				"(256 KiB). " + applies,
			Validators: []validator.Int64{validate.Between(leastOfResult, mostOfNode)},
		},
		"max_result_bytes": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "How large all `results` of one job together may be, or the `result` of a plan run, in bytes from 1024 to " +
				"67108864, counted likewise. When there is more, only the size is kept of the last nodes in order of the alphabet, and " +
				"`pe_job_nodes` reads the rest. The default is `33554432` (32 MiB). " + applies,
			Validators: []validator.Int64{validate.Between(leastOfResult, mostOfResults)},
		},
	}
}

// Configure implements [provider.Provider]. It makes no request.
func (p *peProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(tfvalue.Decode(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved, diags := resolve(config, p.machine)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved.http.UserAgent = "terraform-provider-pe/" + p.version + " (" + req.TerraformVersion + ")"
	connection, diags := connect(resolved, p.machine)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !connection.Known() && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	resp.ActionData = connection
	resp.ResourceData = connection
	resp.DataSourceData = connection
	resp.EphemeralResourceData = connection
	resp.ListResourceData = connection
}

// Actions implements [provider.ProviderWithActions].
func (p *peProvider) Actions(context.Context) (constructors []func() action.Action) {
	for _, area := range p.areas {
		constructors = append(constructors, area.Actions...)
	}
	return constructors
}

// Resources implements [provider.Provider].
func (p *peProvider) Resources(context.Context) (constructors []func() resource.Resource) {
	for _, area := range p.areas {
		constructors = append(constructors, area.Resources...)
	}
	return constructors
}

// DataSources implements [provider.Provider].
func (p *peProvider) DataSources(context.Context) (constructors []func() datasource.DataSource) {
	for _, area := range p.areas {
		constructors = append(constructors, area.DataSources...)
	}
	return constructors
}

// EphemeralResources implements [provider.ProviderWithEphemeralResources].
func (p *peProvider) EphemeralResources(context.Context) (constructors []func() ephemeral.EphemeralResource) {
	for _, area := range p.areas {
		constructors = append(constructors, area.EphemeralResources...)
	}
	return constructors
}

// ListResources implements [provider.ProviderWithListResources].
func (p *peProvider) ListResources(context.Context) (constructors []func() list.ListResource) {
	for _, area := range p.areas {
		constructors = append(constructors, area.ListResources...)
	}
	return constructors
}

// Functions implements [provider.ProviderWithFunctions].
func (p *peProvider) Functions(context.Context) []func() function.Function { return functions.All() }

// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

// AgentModel has the settings of the Puppet agent's run in a deploy, whether it runs now or is scheduled.
type AgentModel struct {
	Concurrency          types.Int64  `tfsdk:"concurrency"`
	EnforceEnvironment   types.Bool   `tfsdk:"enforce_environment"`
	NoNoop               types.Bool   `tfsdk:"no_noop"`
	Debug                types.Bool   `tfsdk:"debug"`
	Trace                types.Bool   `tfsdk:"trace"`
	Evaltrace            types.Bool   `tfsdk:"evaltrace"`
	UseCachedCatalog     types.Bool   `tfsdk:"use_cached_catalog"`
	UseCacheOnFailure    types.Bool   `tfsdk:"usecacheonfailure"`
	Filetimeout          types.Int64  `tfsdk:"filetimeout"`
	HTTPConnectTimeout   types.Int64  `tfsdk:"http_connect_timeout"`
	HTTPKeepaliveTimeout types.Int64  `tfsdk:"http_keepalive_timeout"`
	HTTPReadTimeout      types.Int64  `tfsdk:"http_read_timeout"`
	Ordering             types.String `tfsdk:"ordering"`
	Tags                 types.String `tfsdk:"tags"`
	SkipTags             types.String `tfsdk:"skip_tags"`
}

// AgentInputs are the attributes of agentModel.
var AgentInputs = []string{
	"concurrency", "enforce_environment", "no_noop", "debug", "trace", "evaltrace", "use_cached_catalog", "usecacheonfailure", "filetimeout",
	"http_connect_timeout", "http_keepalive_timeout", "http_read_timeout", "ordering", "tags", "skip_tags",
}

// agentDefault returns the server's default for a flag of the agent that is not sent.
const agentDefault = "The default is the agent's own setting."

// AgentAttributes are the attributes of agentModel. what describes what a change of them does.
func AgentAttributes(what string) map[string]schema.Attribute {
	flag := func(text string) schema.BoolAttribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: text + " " + what}
	}
	off := func(text string) schema.BoolAttribute {
		return flag(text + " The server's default is `false`.")
	}
	seconds := func(text string) schema.Int64Attribute {
		return schema.Int64Attribute{
			CustomType:          tfvalue.WholeNumber{},
			Optional:            true,
			MarkdownDescription: text + " In seconds. " + what,
			Validators:          []validator.Int64{validate.AtLeast(0)},
		}
	}
	text := func(text string) schema.StringAttribute {
		return schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: text + " " + what,
			Validators:          []validator.String{validate.NotBlank()},
		}
	}
	return map[string]schema.Attribute{
		"concurrency": schema.Int64Attribute{
			CustomType: tfvalue.WholeNumber{},
			Optional:   true,
			MarkdownDescription: "On how many nodes Puppet runs at once. The server's default and ceiling is `global_concurrent_compiles` (8). " +
				what,
			Validators: []validator.Int64{validate.AtLeast(1)},
		},
		"enforce_environment": flag("Whether nodes that belong to another environment are made to use this one. With the environment `\"\"`, " +
			"the default is `false` and `true` is refused; otherwise the server's default is `true`."),
		"no_noop":   off("Whether to make changes although the agent's own settings say noop. Not together with `noop = true`."),
		"debug":     off("Whether the agent logs its work in detail."),
		"trace":     off("Whether the agent prints stack traces of errors."),
		"evaltrace": off("Whether the agent reports each resource that it evaluates."),
		"use_cached_catalog": flag("Whether the agent uses its cached catalog instead of asking for a new one. PE 2019.8 and newer. " +
			agentDefault),
		"usecacheonfailure": flag("Whether the agent uses its cached catalog when it gets no new one. PE 2019.8 and newer. " +
			agentDefault),
		"filetimeout":            seconds("Shortest time between two checks whether a file has changed. PE 2019.8 and newer. " + agentDefault),
		"http_connect_timeout":   seconds("How long the agent waits for a connection. PE 2019.8 and newer. " + agentDefault),
		"http_keepalive_timeout": seconds("How long the agent keeps an idle connection. PE 2019.8 and newer. " + agentDefault),
		"http_read_timeout":      seconds("How long the agent waits for an answer. PE 2019.8 and newer. " + agentDefault),
		"ordering": text("How the agent orders resources that do not depend on each other, such as `manifest`. PE 2019.8 and newer. " +
			agentDefault),
		"tags":      text("Tags, separated by commas: only resources with one of them are applied. PE 2019.8 and newer. " + agentDefault),
		"skip_tags": text("Tags, separated by commas: resources with one of them are left out. PE 2019.8 and newer. " + agentDefault),
	}
}

// Validate checks the rules of a deploy across attributes.
func (m AgentModel) Validate(environment types.String, noop types.Bool, noScope bool, diags *diag.Diagnostics) {
	if noop.ValueBool() && m.NoNoop.ValueBool() {
		diags.AddAttributeError(path.Root("no_noop"), "Both noop and no_noop are true",
			"`noop` only simulates changes, `no_noop` makes them although the agent's settings say noop. Remove one of the two.")
	}
	if environment.IsNull() || environment.IsUnknown() || environment.ValueString() != "" {
		return
	}
	if m.EnforceEnvironment.ValueBool() {
		diags.AddAttributeError(path.Root("enforce_environment"), "An empty environment cannot be enforced",
			"With `environment = \"\"`, every node keeps its own environment. Remove `enforce_environment`, or name an environment.")
	}
	if noScope {
		diags.AddAttributeError(path.Root("scope"), "An empty environment needs a scope",
			"With `environment = \"\"`, there is no environment whose nodes could be meant. Say with `scope` where to run.")
	}
}

// Enforce returns whether the environment is enforced, as a request has it. An empty one never is, which PE wants to be told.
func (m AgentModel) Enforce(environment types.String) *bool {
	if environment.ValueString() == "" {
		no := false
		return &no
	}
	return m.EnforceEnvironment.ValueBoolPointer()
}

// Flags returns the settings as a request has them.
func (m AgentModel) Flags(noop types.Bool) orchestrator.AgentFlags {
	return orchestrator.AgentFlags{
		Noop:                 noop.ValueBoolPointer(),
		NoNoop:               m.NoNoop.ValueBoolPointer(),
		Debug:                m.Debug.ValueBoolPointer(),
		Trace:                m.Trace.ValueBoolPointer(),
		Evaltrace:            m.Evaltrace.ValueBoolPointer(),
		UseCachedCatalog:     m.UseCachedCatalog.ValueBoolPointer(),
		UseCacheOnFailure:    m.UseCacheOnFailure.ValueBoolPointer(),
		Filetimeout:          m.Filetimeout.ValueInt64Pointer(),
		HTTPConnectTimeout:   m.HTTPConnectTimeout.ValueInt64Pointer(),
		HTTPKeepaliveTimeout: m.HTTPKeepaliveTimeout.ValueInt64Pointer(),
		HTTPReadTimeout:      m.HTTPReadTimeout.ValueInt64Pointer(),
		Ordering:             m.Ordering.ValueStringPointer(),
		Tags:                 m.Tags.ValueStringPointer(),
		SkipTags:             m.SkipTags.ValueStringPointer(),
	}
}

// ImportedAgent takes the settings of a run that the server tells. Flags that are off are what nobody mentions.
func ImportedAgent(options orchestrator.JobOptions, environment string) AgentModel {
	m := AgentModel{
		Concurrency:          types.Int64PointerValue(options.Int("concurrency")),
		NoNoop:               tfvalue.TrueOrNull(options.Bool("no_noop")),
		Debug:                tfvalue.TrueOrNull(options.Bool("debug")),
		Trace:                tfvalue.TrueOrNull(options.Bool("trace")),
		Evaltrace:            tfvalue.TrueOrNull(options.Bool("evaltrace")),
		UseCachedCatalog:     tfvalue.TrueOrNull(options.Bool("use_cached_catalog")),
		UseCacheOnFailure:    tfvalue.TrueOrNull(options.Bool("usecacheonfailure")),
		Filetimeout:          types.Int64PointerValue(options.Int("filetimeout")),
		HTTPConnectTimeout:   types.Int64PointerValue(options.Int("http_connect_timeout")),
		HTTPKeepaliveTimeout: types.Int64PointerValue(options.Int("http_keepalive_timeout")),
		HTTPReadTimeout:      types.Int64PointerValue(options.Int("http_read_timeout")),
		Ordering:             tfvalue.StringOrNull(options.String("ordering")),
		Tags:                 tfvalue.StringOrNull(options.String("tags")),
		SkipTags:             tfvalue.StringOrNull(options.String("skip_tags")),
	}
	// An environment is enforced unless somebody says no. None is not, which nobody has to say.
	if enforce := options.Bool("enforce_environment"); enforce != nil && !*enforce && environment != "" {
		m.EnforceEnvironment = types.BoolValue(false)
	}
	return m
}

// Report takes over what the server says of the agent's settings.
func (m *AgentModel) Report(options orchestrator.JobOptions, environment string) {
	m.Concurrency = tfvalue.ReportedInt64(m.Concurrency, options.Int("concurrency"))
	m.NoNoop = tfvalue.ReportedBool(m.NoNoop, options.Bool("no_noop"))
	m.Debug = tfvalue.ReportedBool(m.Debug, options.Bool("debug"))
	m.Trace = tfvalue.ReportedBool(m.Trace, options.Bool("trace"))
	m.Evaltrace = tfvalue.ReportedBool(m.Evaltrace, options.Bool("evaltrace"))
	m.UseCachedCatalog = tfvalue.ReportedBool(m.UseCachedCatalog, options.Bool("use_cached_catalog"))
	m.UseCacheOnFailure = tfvalue.ReportedBool(m.UseCacheOnFailure, options.Bool("usecacheonfailure"))
	m.Filetimeout = tfvalue.ReportedInt64(m.Filetimeout, options.Int("filetimeout"))
	m.HTTPConnectTimeout = tfvalue.ReportedInt64(m.HTTPConnectTimeout, options.Int("http_connect_timeout"))
	m.HTTPKeepaliveTimeout = tfvalue.ReportedInt64(m.HTTPKeepaliveTimeout, options.Int("http_keepalive_timeout"))
	m.HTTPReadTimeout = tfvalue.ReportedInt64(m.HTTPReadTimeout, options.Int("http_read_timeout"))
	m.Ordering = tfvalue.ReportedString(m.Ordering, options.String("ordering"))
	m.Tags = tfvalue.ReportedString(m.Tags, options.String("tags"))
	m.SkipTags = tfvalue.ReportedString(m.SkipTags, options.String("skip_tags"))
	// What nobody has to say is no change of a setting that nobody made: an environment is enforced, and none is not.
	if enforce := options.Bool("enforce_environment"); enforce != nil && (*enforce != (environment != "") || !m.EnforceEnvironment.IsNull()) {
		m.EnforceEnvironment = types.BoolValue(*enforce)
	}
}

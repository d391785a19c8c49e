// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// providerModel is the provider block.
type providerModel struct {
	ServerURL             types.String  `tfsdk:"server_url"`
	RBACURL               types.String  `tfsdk:"rbac_url"`
	PuppetDBURL           types.String  `tfsdk:"puppetdb_url"`
	CodeManagerURL        types.String  `tfsdk:"code_manager_url"`
	Token                 types.String  `tfsdk:"token"`
	TokenFile             types.String  `tfsdk:"token_file"`
	CACertFile            types.String  `tfsdk:"ca_cert_file"`
	CACertPEM             types.String  `tfsdk:"ca_cert_pem"`
	ClientCertFile        types.String  `tfsdk:"client_cert_file"`
	ClientCertPEM         types.String  `tfsdk:"client_cert_pem"`
	ClientKeyFile         types.String  `tfsdk:"client_key_file"`
	ClientKeyPEM          types.String  `tfsdk:"client_key_pem"`
	InsecureSkipVerify    types.Bool    `tfsdk:"insecure_skip_verify"`
	AllowHTTP             types.Bool    `tfsdk:"allow_http"`
	RequestTimeout        types.String  `tfsdk:"request_timeout"`
	MaxRetries            types.Int64   `tfsdk:"max_retries"`
	RetryMaxWait          types.String  `tfsdk:"retry_max_wait"`
	MaxConcurrentRequests types.Int64   `tfsdk:"max_concurrent_requests"`
	RequestsPerSecond     types.Float64 `tfsdk:"requests_per_second"`
	MaxNodeResultBytes    types.Int64   `tfsdk:"max_node_result_bytes"`
	MaxResultBytes        types.Int64   `tfsdk:"max_result_bytes"`
	ScheduledJobsAPI      types.String  `tfsdk:"scheduled_jobs_api"`
	DefaultUserdata       types.Dynamic `tfsdk:"default_userdata"`
	ValidateParams        types.Bool    `tfsdk:"validate_params"`
	PreviewScopes         types.Bool    `tfsdk:"preview_scopes"`
}

// unknown lists the arguments whose values are not known while planning.
func (m providerModel) unknown() (names []string) {
	for _, argument := range []struct {
		name  string
		value attr.Value
	}{
		{"server_url", m.ServerURL},
		{"rbac_url", m.RBACURL},
		{"puppetdb_url", m.PuppetDBURL},
		{"code_manager_url", m.CodeManagerURL},
		{"token", m.Token},
		{"token_file", m.TokenFile},
		{"ca_cert_file", m.CACertFile},
		{"ca_cert_pem", m.CACertPEM},
		{"client_cert_file", m.ClientCertFile},
		{"client_cert_pem", m.ClientCertPEM},
		{"client_key_file", m.ClientKeyFile},
		{"client_key_pem", m.ClientKeyPEM},
		{"insecure_skip_verify", m.InsecureSkipVerify},
		{"allow_http", m.AllowHTTP},
		{"request_timeout", m.RequestTimeout},
		{"max_retries", m.MaxRetries},
		{"retry_max_wait", m.RetryMaxWait},
		{"max_concurrent_requests", m.MaxConcurrentRequests},
		{"requests_per_second", m.RequestsPerSecond},
		{"max_node_result_bytes", m.MaxNodeResultBytes},
		{"max_result_bytes", m.MaxResultBytes},
		{"scheduled_jobs_api", m.ScheduledJobsAPI},
		{"default_userdata", m.DefaultUserdata},
		{"validate_params", m.ValidateParams},
		{"preview_scopes", m.PreviewScopes},
	} {
		if !tfvalue.IsWhollyKnown(argument.value) {
			names = append(names, argument.name)
		}
	}
	return names
}

// settings are the provider's settings, wherever they came from.
type settings struct {
	serverURL        string
	rbacURL          string
	puppetDBURL      string
	codeManagerURL   string
	http             httpapi.Config
	scheduledJobsAPI string
	defaultUserdata  map[string]any
	validateParams   bool
	previewScopes    bool
	resultLimits     noderesults.Limits
	// tokenOrigin says where the token comes from, for the errors about it.
	tokenOrigin string
	// noToken is set when there is neither a token nor a client certificate.
	noToken *pe.MissingToken
	// origins of the certificates, for the errors about them.
	caOrigin, clientCertOrigin, clientKeyOrigin origin
	// unknown lists arguments that are not known yet. Everything else is then empty.
	unknown []string
}

// origin is where a setting comes from.
type origin struct {
	// text describes it for people, such as `the environment variable PE_TOKEN`.
	text string
	// argument is the argument at fault, or nil.
	argument *path.Path
}

func argument(name string) origin {
	root := path.Root(name)
	return origin{text: "the argument `" + name + "`", argument: &root}
}

func variable(name string) origin { return origin{text: "the environment variable " + name} }

func file(name string) origin { return origin{text: "the file " + name} }

// resolver finds the value of each setting: the argument, or else the environment, the client tools, the default.
type resolver struct {
	config  providerModel
	machine Machine
	diags   diag.Diagnostics
	noToken *pe.MissingToken
	// renewToken reads the file that the token comes from once more, nil where it comes from elsewhere.
	renewToken func() (string, error)

	tools       clienttools.Config
	toolsLoaded bool
}

// resolve turns the provider block into settings.
func resolve(config providerModel, machine Machine) (settings, diag.Diagnostics) {
	if unknown := config.unknown(); len(unknown) > 0 {
		// Not even the other settings can be used then: an unknown token must not be replaced by the one of the machine.
		return settings{unknown: unknown}, nil
	}
	r := &resolver{config: config, machine: machine}
	s := settings{
		scheduledJobsAPI: cmp.Or(config.ScheduledJobsAPI.ValueString(), scheduling.SettingAuto),
		resultLimits: noderesults.Limits{
			All: int(config.MaxResultBytes.ValueInt64()), Each: int(config.MaxNodeResultBytes.ValueInt64()),
		},
		validateParams: config.ValidateParams.IsNull() || config.ValidateParams.ValueBool(),
		http: httpapi.Config{
			MaxRetries:            httpapi.DefaultMaxRetries,
			MaxConcurrentRequests: int(config.MaxConcurrentRequests.ValueInt64()),
			RequestsPerSecond:     config.RequestsPerSecond.ValueFloat64(),
		},
	}
	s.defaultUserdata = workload.Userdata(config.DefaultUserdata, path.Root("default_userdata"), &r.diags)
	r.pace(&s.http)
	r.addresses(&s)
	r.certificates(&s)
	s.http.Token, s.tokenOrigin = r.token(len(s.http.TLS.ClientCertPEM) > 0)
	s.http.RenewToken = r.renewToken
	s.noToken = r.noToken
	s.http.TLS.InsecureSkipVerify = r.insecure()
	s.previewScopes, _ = r.flag(config.PreviewScopes, "preview_scopes", pe.EnvPreviewScopes)
	return s, r.diags
}

func (r *resolver) pace(http *httpapi.Config) {
	if !r.config.RequestTimeout.IsNull() {
		http.RequestTimeout = tfvalue.Duration(r.config.RequestTimeout)
	}
	if !r.config.RetryMaxWait.IsNull() {
		http.RetryMaxWait = tfvalue.Duration(r.config.RetryMaxWait)
	}
	if !r.config.MaxRetries.IsNull() {
		http.MaxRetries = int(r.config.MaxRetries.ValueInt64())
	}
}

// clientTools reads the client tools' files once, and only when a setting needs them: broken files do not matter to a configuration that
// does not use them.
func (r *resolver) clientTools() clienttools.Config {
	if r.toolsLoaded {
		return r.tools
	}
	r.toolsLoaded = true
	tools, err := r.machine.ClientTools.Load()
	if err != nil {
		r.diags.AddError("The PE client tools configuration cannot be used",
			prose.Sentence(err.Error())+"\n\nFix the file, or set what is needed from it in the provider block or in the environment.")
	}
	r.tools = tools
	return tools
}

// text returns the first value of: the argument, the environment variable, the client tools' setting.
func (r *resolver) text(value types.String, name, env string, tool func(clienttools.Config) clienttools.Setting) (string, origin) {
	if !value.IsNull() {
		return value.ValueString(), argument(name)
	}
	if text, ok := r.env(env); ok {
		return text, variable(env)
	}
	if tool == nil {
		return "", origin{}
	}
	setting := tool(r.clientTools())
	return setting.Value, file(setting.File)
}

// env returns an environment variable. An empty one counts as not set, as everywhere in CI systems.
func (r *resolver) env(name string) (string, bool) {
	text, ok := r.machine.LookupEnv(name)
	text = strings.TrimSpace(text)
	return text, ok && text != ""
}

// certificates finds the CA and the client certificate.
func (r *resolver) certificates(s *settings) {
	s.http.TLS.CACertPEM, s.caOrigin = r.pem(r.config.CACertPEM, "ca_cert_pem", r.config.CACertFile, "ca_cert_file", pe.EnvCACertFile,
		func(c clienttools.Config) clienttools.Setting { return c.CACert })
	s.http.TLS.ClientCertPEM, s.clientCertOrigin = r.pem(
		r.config.ClientCertPEM,
		"client_cert_pem",
		r.config.ClientCertFile,
		"client_cert_file",
		pe.EnvClientCertFile,
		nil,
	)
	s.http.TLS.ClientKeyPEM, s.clientKeyOrigin = r.pem(
		r.config.ClientKeyPEM,
		"client_key_pem",
		r.config.ClientKeyFile,
		"client_key_file",
		pe.EnvClientKeyFile,
		nil,
	)

	if r.diags.HasError() {
		return
	}
	if len(s.http.TLS.ClientCertPEM) > 0 && len(s.http.TLS.ClientKeyPEM) == 0 {
		r.fault(s.clientCertOrigin, "The client certificate has no key", "A client certificate is given by "+s.clientCertOrigin.text+
			", but no key. Give it with `client_key_file`, `client_key_pem` or "+pe.EnvClientKeyFile+".")
	}
	if len(s.http.TLS.ClientKeyPEM) > 0 && len(s.http.TLS.ClientCertPEM) == 0 {
		r.fault(s.clientKeyOrigin, "The client key has no certificate", "A client key is given by "+s.clientKeyOrigin.text+
			", but no certificate. Give it with `client_cert_file`, `client_cert_pem` or "+pe.EnvClientCertFile+".")
	}
}

// mostPEM is the size of the largest file of certificates that is read.
const mostPEM = 4 << 20

// pem returns PEM text that is given directly or as the path of a file.
func (r *resolver) pem(
	text types.String,
	textName string,
	fileName types.String,
	name, env string,
	tool func(clienttools.Config) clienttools.Setting,
) ([]byte, origin) {
	if !text.IsNull() {
		return []byte(text.ValueString()), argument(textName)
	}
	found, from := r.text(fileName, name, env, tool)
	if found == "" {
		return nil, origin{}
	}
	location := r.machine.ClientTools.Expand(found)
	if r.misplaced(location, from, "A certificate file cannot be read", "`"+textName+"`") {
		return nil, from
	}
	content, err := clienttools.ReadFile(location, mostPEM)
	if err != nil {
		r.fault(from, "A certificate file cannot be read", prose.Sentence(err.Error())+" The path comes from "+from.text+".")
		return nil, from
	}
	if len(content) == 0 {
		r.fault(from, "A certificate file is empty", found+" is empty. The path comes from "+from.text+".")
	}
	return content, from
}

func (r *resolver) insecure() bool {
	insecure, from := r.flag(r.config.InsecureSkipVerify, "insecure_skip_verify", pe.EnvInsecureSkipVerify)
	if insecure {
		r.diags.AddWarning("The server's certificate is not verified",
			"Because of "+from.text+", anyone between this machine and Puppet Enterprise can read the token and change what is run. Give "+
				"the CA certificate of PE with `ca_cert_file` instead.")
	}
	return insecure
}

// flag returns a setting that is on or off: the argument, or else the environment variable, or else false.
func (r *resolver) flag(value types.Bool, name, env string) (on bool, from origin) {
	if !value.IsNull() {
		return value.ValueBool(), argument(name)
	}
	text, ok := r.env(env)
	if !ok {
		return false, origin{}
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		r.diags.AddError("An environment variable cannot be used",
			fmt.Sprintf("%s is %s. Set it to true or false.", env, validate.Shown(text)))
		return false, origin{}
	}
	return on, variable(env)
}

// caution is fault for a warning.
func (r *resolver) caution(from origin, summary, detail string) {
	if from.argument != nil {
		r.diags.AddAttributeWarning(*from.argument, summary, detail)
		return
	}
	r.diags.AddWarning(summary, detail)
}

// fault reports an error, at the argument that the value comes from, if it comes from one.
func (r *resolver) fault(from origin, summary, detail string) {
	if from.argument != nil {
		r.diags.AddAttributeError(*from.argument, summary, detail)
		return
	}
	r.diags.AddError(summary, detail)
}

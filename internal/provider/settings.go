package provider

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
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
	Token                 types.String  `tfsdk:"token"`
	TokenFile             types.String  `tfsdk:"token_file"`
	CACertFile            types.String  `tfsdk:"ca_cert_file"`
	CACertPEM             types.String  `tfsdk:"ca_cert_pem"`
	ClientCertFile        types.String  `tfsdk:"client_cert_file"`
	ClientCertPEM         types.String  `tfsdk:"client_cert_pem"`
	ClientKeyFile         types.String  `tfsdk:"client_key_file"`
	ClientKeyPEM          types.String  `tfsdk:"client_key_pem"`
	InsecureSkipVerify    types.Bool    `tfsdk:"insecure_skip_verify"`
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
}

// unknown lists the arguments whose values are not known while planning.
func (m providerModel) unknown() (names []string) {
	for _, argument := range []struct {
		name  string
		value attr.Value
	}{
		{"server_url", m.ServerURL},
		{"rbac_url", m.RBACURL},
		{"token", m.Token},
		{"token_file", m.TokenFile},
		{"ca_cert_file", m.CACertFile},
		{"ca_cert_pem", m.CACertPEM},
		{"client_cert_file", m.ClientCertFile},
		{"client_cert_pem", m.ClientCertPEM},
		{"client_key_file", m.ClientKeyFile},
		{"client_key_pem", m.ClientKeyPEM},
		{"insecure_skip_verify", m.InsecureSkipVerify},
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
	http             httpapi.Config
	scheduledJobsAPI string
	defaultUserdata  map[string]any
	validateParams   bool
	resultLimits     noderesults.Limits
	// tokenOrigin says where the token comes from, for the errors about it.
	tokenOrigin string
	// noToken is set when there is neither a token nor a client certificate.
	noToken *pe.MissingToken
	// origins of the certificates, for the errors about them.
	caOrigin, clientCertOrigin origin
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
	s.serverURL = r.serverURL()
	s.rbacURL = r.rbacURL(s.serverURL)
	r.certificates(&s)
	s.http.Token, s.tokenOrigin = r.token(len(s.http.TLS.ClientCertPEM) > 0)
	s.noToken = r.noToken
	s.http.TLS.InsecureSkipVerify = r.insecure()
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
			prose.Sentence(err.Error())+"\n\nMend the file, or set what is needed from it in the provider block or in the environment.")
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

func (r *resolver) serverURL() string {
	text, from := r.text(
		r.config.ServerURL,
		"server_url",
		pe.EnvServerURL,
		func(c clienttools.Config) clienttools.Setting { return c.ServiceURL },
	)
	if text == "" {
		r.diags.AddAttributeError(path.Root("server_url"), "No orchestrator URL",
			"The provider does not know which Puppet Enterprise to talk to. Give its URL, such as `https://pe.example.com:8143`, in one of "+
				"three ways:\n\n  - the argument `server_url` in the provider block,\n  - the environment variable "+pe.EnvServerURL+
				",\n  - `service-url` in the PE client tools' orchestrator.conf ("+r.machine.ClientTools.User+" or "+
				r.machine.ClientTools.Global+").")
		return ""
	}
	if problem := validate.ServerURLProblem(text); problem != "" {
		r.fault(from, "The orchestrator URL cannot be used", fmt.Sprintf("%q, from %s, %s.", text, from.text, problem))
		return ""
	}
	if strings.HasPrefix(text, "http:") {
		r.diags.AddAttributeWarning(path.Root("server_url"), "The orchestrator is reached without TLS",
			fmt.Sprintf("%q, from %s, is an http URL: the token is sent for everybody on the way to read. Puppet Enterprise itself only speaks "+
				"https.", text, from.text))
	}
	return strings.TrimRight(text, "/")
}

func (r *resolver) rbacURL(serverURL string) string {
	text, from := r.text(r.config.RBACURL, "rbac_url", pe.EnvRBACURL, func(c clienttools.Config) clienttools.Setting { return c.RBACURL })
	if text != "" {
		if problem := validate.ServiceURLProblem(text); problem != "" {
			r.fault(from, "The RBAC URL cannot be used", fmt.Sprintf("%q, from %s, %s.", text, from.text, problem))
		}
		return text
	}
	server, err := url.Parse(serverURL)
	if err != nil || server.Host == "" {
		return ""
	}
	return server.Scheme + "://" + net.JoinHostPort(server.Hostname(), "4433") + "/rbac-api"
}

// token finds the token, which is optional with a client certificate.
func (r *resolver) token(hasCertificate bool) (token, from string) {
	if !r.config.Token.IsNull() {
		return r.cleanToken(r.config.Token.ValueString(), argument("token"))
	}
	if !r.config.TokenFile.IsNull() {
		return r.readToken(r.machine.ClientTools.Expand(r.config.TokenFile.ValueString()), argument("token_file"))
	}
	if text, ok := r.env(pe.EnvToken); ok {
		return r.cleanToken(text, variable(pe.EnvToken))
	}
	if name, ok := r.env(pe.EnvTokenFile); ok {
		return r.readToken(r.machine.ClientTools.Expand(name), variable(pe.EnvTokenFile))
	}
	tools := r.clientTools()
	if tools.Token.Value != "" {
		return r.cleanToken(tools.Token.Value, file(tools.Token.File))
	}
	if tools.TokenFile.Value != "" {
		if _, err := os.Stat(tools.TokenFile.Value); err == nil || !hasCertificate {
			return r.readToken(tools.TokenFile.Value, file(tools.TokenFile.File))
		}
	}
	return r.defaultToken(hasCertificate)
}

func (r *resolver) defaultToken(hasCertificate bool) (token, from string) {
	name := r.machine.ClientTools.DefaultTokenFile()
	if _, err := os.Stat(name); name == "" || errors.Is(err, fs.ErrNotExist) {
		if !hasCertificate {
			r.noToken = &pe.MissingToken{
				Summary: "No token",
				Detail: "Puppet Enterprise asks for an RBAC token. Run `puppet-access login`, which writes one to " +
					cmp.Or(name, "~/.puppetlabs/token") + ", or give one in one of these ways:\n\n  - the argument `token` or `token_file` in the " +
					"provider block,\n  - the environment variable " + pe.EnvToken + " or " + pe.EnvTokenFile + ",\n  - `token-file` in the PE " +
					"client tools' orchestrator.conf.",
			}
		}
		return "", ""
	}
	return r.readToken(name, origin{text: "the default token file"})
}

func (r *resolver) cleanToken(text string, from origin) (string, string) {
	token, err := clienttools.CleanToken(text)
	switch {
	case errors.Is(err, clienttools.ErrTokenEmpty):
		r.fault(from, "The token is empty", prose.Sentence(from.text+" holds no token")+" Give one, or leave it out so that the token is "+
			"looked for elsewhere.")
	case err != nil:
		r.fault(from, "The token cannot be used", "The token from "+from.text+" has spaces or control characters in it, so it is not one "+
			"token as `puppet-access login` or the console gives it.")
	}
	return token, from.text
}

func (r *resolver) readToken(name string, from origin) (string, string) {
	token, err := clienttools.ReadTokenFile(name)
	if err != nil {
		r.fault(from, "The token file cannot be used", prose.Sentence(err.Error())+" The path comes from "+from.text+
			".\n\nRun `puppet-access login` to write a new token, or name the file that holds one.")
	}
	return token, "the file " + name
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
	var keyOrigin origin
	s.http.TLS.ClientKeyPEM, keyOrigin = r.pem(
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
		r.fault(keyOrigin, "The client key has no certificate", "A client key is given by "+keyOrigin.text+
			", but no certificate. Give it with `client_cert_file`, `client_cert_pem` or "+pe.EnvClientCertFile+".")
	}
}

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
	content, err := os.ReadFile(r.machine.ClientTools.Expand(found))
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
	insecure, from := r.config.InsecureSkipVerify.ValueBool(), argument("insecure_skip_verify")
	if r.config.InsecureSkipVerify.IsNull() {
		text, ok := r.env(pe.EnvInsecureSkipVerify)
		if !ok {
			return false
		}
		from = variable(pe.EnvInsecureSkipVerify)
		parsed, err := strconv.ParseBool(text)
		if err != nil {
			r.diags.AddError("An environment variable cannot be used", fmt.Sprintf("%s is %q. Set it to true or "+
				"false.", pe.EnvInsecureSkipVerify, text))
			return false
		}
		insecure = parsed
	}
	if insecure {
		r.diags.AddWarning("The server's certificate is not verified",
			"Because of "+from.text+", anyone between this machine and Puppet Enterprise can read the token and change what is run. Give "+
				"the CA certificate of PE with `ca_cert_file` instead.")
	}
	return insecure
}

// fault reports an error, at the argument that the value comes from, if it comes from one.
func (r *resolver) fault(from origin, summary, detail string) {
	if from.argument != nil {
		r.diags.AddAttributeError(*from.argument, summary, detail)
		return
	}
	r.diags.AddError(summary, detail)
}

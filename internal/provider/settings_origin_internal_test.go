// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// boundTo returns the attribute that a diagnostic is bound to, "" for none.
func boundTo(d diag.Diagnostic) string {
	if bound, ok := d.(diag.DiagnosticWithPath); ok {
		return bound.Path().String()
	}
	return ""
}

// TestResolve_EachUnknownSettingIsNamed makes each argument of the provider block unknown.
func TestResolve_EachUnknownSettingIsNamed(t *testing.T) {
	t.Parallel()
	if names := emptyConfig().unknown(); names != nil {
		t.Errorf("of nothing, %v is not known", names)
	}
	unknown := map[reflect.Type]any{
		reflect.TypeFor[types.String](): types.StringUnknown(), reflect.TypeFor[types.Bool](): types.BoolUnknown(), reflect.TypeFor[types.Int64](): types.Int64Unknown(),
		reflect.TypeFor[types.Float64](): types.Float64Unknown(), reflect.TypeFor[types.Dynamic](): types.DynamicUnknown(),
	}
	model := reflect.TypeFor[providerModel]()
	var all []string
	everything := emptyConfig()
	for i := range model.NumField() {
		config, name := emptyConfig(), model.Field(i).Tag.Get("tfsdk")
		for _, m := range []*providerModel{&config, &everything} {
			reflect.ValueOf(m).Elem().Field(i).Set(reflect.ValueOf(unknown[model.Field(i).Type]))
		}
		if got := config.unknown(); !slices.Equal(got, []string{name}) {
			t.Errorf("%s is not known: got %v", name, got)
		}
		all = append(all, name)
	}
	got := everything.unknown()
	slices.Sort(got)
	slices.Sort(all)
	if !slices.Equal(got, all) {
		t.Errorf("nothing is known: got %v, want %v", got, all)
	}
}

func TestSettings_ValidateParams(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com", "PE_TOKEN": "t-o-k-e-n"}, nil)
	for name, test := range map[string]struct {
		value types.Bool
		want  bool
	}{"left out": {types.BoolNull(), true}, "on": {types.BoolValue(true), true}, "off": {types.BoolValue(false), false}} {
		config := emptyConfig()
		config.ValidateParams = test.value
		if s, diags := resolve(config, machine); s.validateParams != test.want || diags.HasError() {
			t.Errorf("%s: got %v, %v", name, s.validateParams, diags)
		}
	}
}

func TestSettings_DefaultUserdata(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com", "PE_TOKEN": "t-o-k-e-n"}, nil)
	for name, test := range map[string]struct {
		value types.Dynamic
		want  map[string]any
	}{
		"null":  {types.DynamicNull(), nil},
		"empty": {types.DynamicValue(tfvalue.Object(map[string]attr.Value{})), map[string]any{}},
		"some":  {types.DynamicValue(tfvalue.Object(map[string]attr.Value{"team": types.StringValue("web"), "on_call": types.BoolValue(true)})), map[string]any{"team": "web", "on_call": true}},
	} {
		config := emptyConfig()
		config.DefaultUserdata = test.value
		if s, diags := resolve(config, machine); !reflect.DeepEqual(s.defaultUserdata, test.want) || diags.HasError() {
			t.Errorf("%s: got %v, %v", name, s.defaultUserdata, diags)
		}
	}
}

func TestSettings_RBACURL(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]string{
		"https://pe.example.com":       "https://pe.example.com:4433/rbac-api",
		"https://pe.example.com:8143":  "https://pe.example.com:4433/rbac-api",
		"https://pe.example.com:8143/": "https://pe.example.com:4433/rbac-api",
		"http://127.0.0.1:1234":        "http://127.0.0.1:4433/rbac-api",
		"https://[::1]:8143":           "https://[::1]:4433/rbac-api",
	} {
		machine, _ := testMachine(t, map[string]string{"PE_SERVER_URL": server, "PE_TOKEN": "t-o-k-e-n"}, nil)
		if s, diags := resolve(emptyConfig(), machine); s.rbacURL != want || diags.HasError() {
			t.Errorf("%s: got %q, want %q; %v", server, s.rbacURL, want, diags)
		}
	}
}

func TestSettings_Insecure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		argument types.Bool
		env      map[string]string
		want     bool
		from     string
	}{
		"not said":                     {types.BoolNull(), nil, false, ""},
		"the argument":                 {types.BoolValue(true), nil, true, "the argument `insecure_skip_verify`"},
		"the argument, off":            {types.BoolValue(false), nil, false, ""},
		"the environment":              {types.BoolNull(), map[string]string{"PE_INSECURE_SKIP_VERIFY": "true"}, true, "the environment variable PE_INSECURE_SKIP_VERIFY"},
		"the environment, off":         {types.BoolNull(), map[string]string{"PE_INSECURE_SKIP_VERIFY": "0"}, false, ""},
		"the environment, empty":       {types.BoolNull(), map[string]string{"PE_INSECURE_SKIP_VERIFY": " "}, false, ""},
		"off, against the environment": {types.BoolValue(false), map[string]string{"PE_INSECURE_SKIP_VERIFY": "true"}, false, ""},
		"on, against the environment":  {types.BoolValue(true), map[string]string{"PE_INSECURE_SKIP_VERIFY": "no"}, true, "the argument `insecure_skip_verify`"},
	} {
		machine, _ := testMachine(t, test.env, nil)
		config := emptyConfig()
		config.InsecureSkipVerify = test.argument
		r := &resolver{config: config, machine: machine}
		if got := r.insecure(); got != test.want || r.diags.HasError() || (len(r.diags) == 1) != test.want {
			t.Errorf("%s: got %v, %v", name, got, r.diags)
		}
		if test.want && !strings.Contains(r.diags[0].Detail(), test.from) {
			t.Errorf("%s: the warning does not say where it comes from: %v", name, r.diags)
		}
	}
}

// TestSettings_TokenOrigin: an error of the server about the token says where the token comes from.
func TestSettings_TokenOrigin(t *testing.T) {
	t.Parallel()
	files := map[string]string{".puppetlabs/token": "default-token", "arg-token": "arg-token-file", "tools-token": "tools-token"}
	for name, test := range map[string]struct {
		env    map[string]string
		tools  string
		change func(*providerModel, string)
		want   string // DIR stands for the directory of the files
	}{
		"the argument":              {nil, "", func(m *providerModel, _ string) { m.Token = types.StringValue("t-o-k-e-n") }, "the argument `token`"},
		"a file of the argument":    {nil, "", func(m *providerModel, dir string) { m.TokenFile = types.StringValue(filepath.Join(dir, "arg-token")) }, "the file DIR/arg-token"},
		"the environment":           {map[string]string{"PE_TOKEN": "t-o-k-e-n"}, "", nil, "the environment variable PE_TOKEN"},
		"a file of the environment": {map[string]string{"PE_TOKEN_FILE": "DIR/arg-token"}, "", nil, "the file DIR/arg-token"},
		"the client tools' file":    {nil, `{"options":{"token-file":"DIR/tools-token"}}`, nil, "the file DIR/tools-token"},
		"the default file":          {nil, "", nil, "the file DIR/.puppetlabs/token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"PE_SERVER_URL": "https://pe.example.com", "PE_RBAC_URL": "https://pe.example.com:4433"}
			for key, value := range test.env {
				env[key] = value
			}
			with := map[string]string{}
			for file, content := range files {
				with[file] = content
			}
			if test.tools != "" {
				with["user/orchestrator.conf"] = test.tools
			}
			machine, dir := testMachine(t, env, with)
			config := emptyConfig()
			if test.change != nil {
				test.change(&config, dir)
			}
			s, diags := resolve(config, machine)
			want := strings.ReplaceAll(test.want, "DIR/", dir+string(filepath.Separator))
			if diags.HasError() || s.http.Token == "" || s.tokenOrigin != filepath.FromSlash(want) {
				t.Errorf("got %q, want %q; %v", s.tokenOrigin, want, diags)
			}
			name, fromFile := strings.CutPrefix(s.tokenOrigin, "the file ")
			if (s.http.RenewToken != nil) != fromFile {
				t.Fatalf("a token from %s can be read anew: %v", s.tokenOrigin, s.http.RenewToken != nil)
			}
			if !fromFile {
				return
			}
			if err := os.WriteFile(name, []byte("renewed-token\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if token, err := s.http.RenewToken(); token != "renewed-token" || err != nil {
				t.Errorf("read anew, the token is %q, %v", token, err)
			}
		})
	}
}

func TestReportCertificate(t *testing.T) {
	t.Parallel()
	s := settings{caOrigin: argument("ca_cert_file"), clientCertOrigin: variable("PE_CLIENT_CERT_FILE")}
	broken := errors.New("it holds no certificate in PEM form")
	for name, test := range map[string]struct {
		err      error
		at, from string
	}{
		"the authority":  {&httpapi.CertificateError{Part: httpapi.PartCA, Err: broken}, "ca_cert_file", "It comes from the argument `ca_cert_file`."},
		"the client's":   {&httpapi.CertificateError{Part: httpapi.PartClient, Err: broken}, "", "It comes from the environment variable PE_CLIENT_CERT_FILE."},
		"whatever it is": {broken, "", "It comes from the environment variable PE_CLIENT_CERT_FILE."},
	} {
		var diags diag.Diagnostics
		reportCertificate(test.err, s, &diags)
		if len(diags) != 1 || !diags.HasError() || boundTo(diags[0]) != test.at || !strings.HasSuffix(diags[0].Detail(), test.from) {
			t.Errorf("%s: got %v", name, diags)
		}
	}
	var diags diag.Diagnostics
	s.clientKeyOrigin = argument("client_key_file")
	reportCertificate(&httpapi.CertificateError{Part: httpapi.PartClient, Err: broken}, s, &diags)
	if want := "It comes from the environment variable PE_CLIENT_CERT_FILE, and its key from the argument `client_key_file`."; !strings.HasSuffix(diags[0].Detail(), want) {
		t.Errorf("with a key: got %v", diags)
	}
}

// TestConnect_EncryptedKey names the argument of the key, and says how to decrypt it.
func TestConnect_EncryptedKey(t *testing.T) {
	t.Parallel()
	machine, dir := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143", "PE_TOKEN": "t-o-k-e-n", "PE_CLIENT_CERT_FILE": "DIR/cert.pem"}, map[string]string{
		"cert.pem": "cert", "key.pem": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
	})
	config := emptyConfig()
	config.ClientKeyFile = types.StringValue(filepath.Join(dir, "key.pem"))
	s, diags := resolve(config, machine)
	if diags.HasError() {
		t.Fatal(diags)
	}
	_, diags = connect(s, machine)
	if len(diags) != 1 || diags[0].Summary() != "The client key is encrypted" || boundTo(diags[0]) != "client_key_file" ||
		!strings.Contains(diags[0].Detail(), "the argument `client_key_file`") || !strings.Contains(diags[0].Detail(), "openssl pkey -in") {
		t.Errorf("got %v", diags)
	}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, nil, nil)
	good := settings{
		serverURL: "https://pe.example.com:8143", rbacURL: "https://pe.example.com:4433/rbac-api", puppetDBURL: "https://pe.example.com:8081",
		codeManagerURL: "https://pe.example.com:8170/code-manager",
	}
	for name, test := range map[string]struct {
		change func(*settings)
		want   string
	}{
		"all is well":         {func(*settings) {}, ""},
		"no CA":               {func(s *settings) { s.http.TLS.CACertPEM = []byte("x") }, "A certificate cannot be used"},
		"no orchestrator URL": {func(s *settings) { s.serverURL = "pe" }, "The orchestrator URL cannot be used"},
		"no RBAC URL":         {func(s *settings) { s.rbacURL = "pe" }, "The RBAC URL cannot be used"},
		"no PuppetDB URL":     {func(s *settings) { s.puppetDBURL = "pe" }, "The PuppetDB URL cannot be used"},
		"no Code Manager URL": {func(s *settings) { s.codeManagerURL = "pe" }, "The Code Manager URL cannot be used"},
	} {
		s := good
		test.change(&s)
		c, diags := connect(s, machine)
		got := ""
		if diags.HasError() {
			got = diags[0].Summary()
		}
		if got != test.want || (c == nil) != (test.want != "") {
			t.Errorf("%s: got %v, %v", name, c, diags)
		}
	}
	c, diags := connect(settings{unknown: []string{"token"}}, machine)
	if diags.HasError() || c.Orchestrator != nil || c.Journal == nil || !slices.Equal(c.Unknown, []string{"token"}) || c.ServerNow().IsZero() {
		t.Errorf("what is not known yet: got %+v, %v", c, diags)
	}
	if pe.ClientsOf(c, &diags); diags.HasError() {
		t.Errorf("what is not known yet is an error: %v", diags)
	}
}

// TestConnect_ProxyThatIsNoURL says once, for all services, which variable is wrong and how to write it, and never shows the value.
func TestConnect_ProxyThatIsNoURL(t *testing.T) {
	machine, _ := testMachine(t, nil, nil)
	for _, name := range []string{"https_proxy", "no_proxy", "NO_PROXY"} {
		t.Setenv(name, "")
	}
	t.Setenv("HTTPS_PROXY", "http://user:s3%zzcr3tpw@127.0.0.1:21900")
	c, diags := connect(settings{
		serverURL: "https://pe.example.com:8143", rbacURL: "https://pe.example.com:4433/rbac-api", puppetDBURL: "https://pe.example.com:8081",
		codeManagerURL: "https://pe.example.com:8170/code-manager",
	}, machine)
	if c != nil || len(diags) != 1 || diags[0].Summary() != "The proxy cannot be used" {
		t.Fatalf("got %v, %v", c, diags)
	}
	for _, want := range []string{"The environment variable HTTPS_PROXY is not the URL of a proxy.", "% as %25", "# as %23", "/ as %2F", "@ as %40", "a space as %20"} {
		if !strings.Contains(diags[0].Detail(), want) {
			t.Errorf("the error does not say %q: %s", want, diags[0].Detail())
		}
	}
	for _, part := range []string{"s3", "cr3tpw", "21900"} {
		if strings.Contains(diags[0].Detail(), part) {
			t.Errorf("the error shows the value: %s", diags[0].Detail())
		}
	}
}

func TestFault(t *testing.T) {
	t.Parallel()
	for want, from := range map[string]origin{"token": argument("token"), "": variable("PE_TOKEN")} {
		r := &resolver{}
		if r.fault(from, "s", "d"); len(r.diags) != 1 || boundTo(r.diags[0]) != want {
			t.Errorf("%s: got %v", from.text, r.diags)
		}
	}
}

// TestSettings_PreviewScopes has the setting in the configuration, in the environment, in both and in none.
func TestSettings_PreviewScopes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Bool
		env   string
		want  bool
	}{
		"none":              {types.BoolNull(), "", false},
		"configured":        {types.BoolValue(true), "", true},
		"in the variable":   {types.BoolNull(), "true", true},
		"off, whatever env": {types.BoolValue(false), "true", false},
	} {
		machine, _ := testMachine(t, map[string]string{pe.EnvServerURL: "https://pe.example.com:8143", pe.EnvToken: "x", pe.EnvPreviewScopes: test.env}, nil)
		config := emptyConfig()
		config.PreviewScopes = test.value
		if s, diags := resolve(config, machine); s.previewScopes != test.want || diags.HasError() {
			t.Errorf("%s: got %v, %v", name, s.previewScopes, diags)
		}
	}
}

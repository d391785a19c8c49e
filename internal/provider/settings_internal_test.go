// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/clienttools"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// testMachine has the given environment and, below a directory of its own, the given files. DIR in either is replaced by that directory.
func testMachine(t *testing.T, env, files map[string]string) (Machine, string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(content, "DIR", dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Machine{
		LookupEnv: func(key string) (string, bool) {
			value, ok := env[key]
			return strings.ReplaceAll(value, "DIR", dir), ok
		},
		ClientTools: clienttools.Locations{Global: filepath.Join(dir, "global"), User: filepath.Join(dir, "user"), Home: dir},
		Now:         time.Now,
	}, dir
}

// emptyConfig is a provider block without arguments.
func emptyConfig() providerModel {
	return providerModel{
		RequestTimeout:  types.StringNull(),
		RetryMaxWait:    types.StringNull(),
		DefaultUserdata: types.DynamicNull(),
	}
}

func TestResolve_Precedence(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"user/orchestrator.conf":  `{"options":{"service-url":"https://tools.example.com:8143","cacert":"DIR/tools.pem","token-file":"DIR/tools-token"}}`,
		"user/puppet-access.conf": `{"service-url":"https://tools.example.com:4433/rbac-api"}`,
		"tools.pem":               "tools CA", "env.pem": "env CA", "arg.pem": "arg CA", "cert.pem": "cert", "key.pem": "key",
		"tools-token": "tools-token\n", "env-token": "env-token-file\n", "arg-token": "arg-token-file\n",
		".puppetlabs/token": "default-token\n",
	}
	noToken := map[string]string{"user/orchestrator.conf": `{"options":{"service-url":"https://tools.example.com:8143"}}`, ".puppetlabs/token": "default-token\n"}
	type want struct{ url, rbac, token, ca, cert string }
	tests := map[string]struct {
		env    map[string]string
		files  map[string]string
		change func(*providerModel, string)
		want   want
	}{
		"client tools": {nil, files, nil, want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "tools-token", "tools CA", ""}},
		"environment beats client tools": {
			map[string]string{"PE_SERVER_URL": "https://env.example.com:8143", "PE_RBAC_URL": "https://env.example.com:4433", "PE_TOKEN": "env-token", "PE_CA_CERT_FILE": "DIR/env.pem"}, files, nil,
			want{"https://env.example.com:8143", "https://env.example.com:4433", "env-token", "env CA", ""},
		},
		"arguments beat the environment": {
			map[string]string{"PE_SERVER_URL": "https://env.example.com:8143", "PE_RBAC_URL": "https://env.example.com:4433", "PE_TOKEN": "env-token", "PE_CA_CERT_FILE": "DIR/env.pem"}, files,
			func(m *providerModel, dir string) {
				m.ServerURL = types.StringValue("https://arg.example.com:8143/")
				m.RBACURL = types.StringValue("https://arg.example.com:4433")
				m.Token = types.StringValue("arg-token")
				m.CACertFile = types.StringValue(filepath.Join(dir, "arg.pem"))
			},
			want{"https://arg.example.com:8143", "https://arg.example.com:4433", "arg-token", "arg CA", ""},
		},
		"a token file in the arguments beats a token in the environment": {
			map[string]string{"PE_TOKEN": "env-token"}, files,
			func(m *providerModel, dir string) { m.TokenFile = types.StringValue(filepath.Join(dir, "arg-token")) },
			want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "arg-token-file", "tools CA", ""},
		},
		"a token in the environment beats a token file there": {
			map[string]string{"PE_TOKEN": "env-token", "PE_TOKEN_FILE": "DIR/env-token"}, files, nil,
			want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "env-token", "tools CA", ""},
		},
		"token file in the environment": {
			map[string]string{"PE_TOKEN_FILE": "~/env-token"}, files, nil,
			want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "env-token-file", "tools CA", ""},
		},
		"empty variables count as not set": {
			map[string]string{"PE_SERVER_URL": "", "PE_TOKEN": " "}, files, nil,
			want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "tools-token", "tools CA", ""},
		},
		"defaults": {nil, noToken, nil, want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "default-token", "", ""}},
		"certificates as text": {
			nil, noToken,
			func(m *providerModel, _ string) {
				m.CACertPEM = types.StringValue("text CA")
				m.ClientCertPEM = types.StringValue("text cert")
				m.ClientKeyPEM = types.StringValue("text key")
			},
			want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "default-token", "text CA", "text cert"},
		},
		"client certificate from the environment": {
			map[string]string{"PE_CLIENT_CERT_FILE": "DIR/cert.pem", "PE_CLIENT_KEY_FILE": "DIR/key.pem"}, files, nil,
			want{"https://tools.example.com:8143", "https://tools.example.com:4433/rbac-api", "tools-token", "tools CA", "cert"},
		},
		"a client certificate alone": {
			map[string]string{"PE_SERVER_URL": "https://pe.example.com", "PE_CLIENT_CERT_FILE": "DIR/cert.pem", "PE_CLIENT_KEY_FILE": "DIR/key.pem"},
			map[string]string{"cert.pem": "cert", "key.pem": "key"}, nil,
			want{"https://pe.example.com", "https://pe.example.com:4433/rbac-api", "", "", "cert"},
		},
		"broken client tools that nobody needs": {
			map[string]string{"PE_RBAC_URL": "https://pe.example.com:4433", "PE_SERVER_URL": "https://pe.example.com", "PE_TOKEN": "t-o-k-e-n", "PE_CA_CERT_FILE": "DIR/env.pem"},
			map[string]string{"user/orchestrator.conf": "not JSON", "env.pem": "env CA"}, nil,
			want{"https://pe.example.com", "https://pe.example.com:4433", "t-o-k-e-n", "env CA", ""},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			machine, dir := testMachine(t, test.env, test.files)
			config := emptyConfig()
			if test.change != nil {
				test.change(&config, dir)
			}
			s, diags := resolve(config, machine)
			if diags.HasError() {
				t.Fatal(diags)
			}
			got := want{s.serverURL, s.rbacURL, s.http.Token, string(s.http.TLS.CACertPEM), string(s.http.TLS.ClientCertPEM)}
			// The URL of RBAC in the client tools belongs to the client tools' PE; it is only used if nothing else is set.
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestResolve_Errors(t *testing.T) {
	t.Parallel()
	server := map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143"}
	with := func(more ...string) map[string]string {
		env := map[string]string{"PE_SERVER_URL": server["PE_SERVER_URL"], "PE_TOKEN": "t-o-k-e-n"}
		for i := 0; i < len(more); i += 2 {
			env[more[i]] = more[i+1]
		}
		return env
	}
	tests := map[string]struct {
		env    map[string]string
		files  map[string]string
		change func(*providerModel)
		at     string // the attribute, "" for none
		want   []string
	}{
		"no URL":                       {map[string]string{"PE_TOKEN": "x-y-z-z"}, nil, nil, "server_url", []string{"`server_url`", "PE_SERVER_URL", "orchestrator.conf", "No orchestrator URL"}},
		"URL without a scheme":         {with("PE_SERVER_URL", "pe.example.com:8143"), nil, nil, "", []string{"environment variable PE_SERVER_URL", "has no scheme: write https://pe.example.com:8143"}},
		"URL with a path":              {with(), nil, func(m *providerModel) { m.ServerURL = types.StringValue("https://pe:8143/orchestrator/v1") }, "server_url", []string{"has a path"}},
		"URL in the client tools":      {map[string]string{"PE_TOKEN": "x-y-z-z"}, map[string]string{"user/orchestrator.conf": `{"options":{"service-url":"pe"}}`}, nil, "", []string{"user/orchestrator.conf", "scheme and a host"}},
		"RBAC URL":                     {with("PE_RBAC_URL", "ftp://x"), nil, nil, "", []string{"PE_RBAC_URL", "The RBAC URL cannot be used"}},
		"PuppetDB URL":                 {with("PE_PUPPETDB_URL", "pe"), nil, nil, "", []string{"PE_PUPPETDB_URL", "The PuppetDB URL cannot be used", "such as https://pe.example.com:8081."}},
		"Code Manager URL":             {with("PE_CODE_MANAGER_URL", "pe"), nil, nil, "", []string{"PE_CODE_MANAGER_URL", "The Code Manager URL cannot be used", "such as https://pe.example.com:8170/code-manager."}},
		"empty token":                  {with(), nil, func(m *providerModel) { m.Token = types.StringValue("") }, "token", []string{"The token is empty"}},
		"token with a newline":         {with("PE_TOKEN", "secret-one\nsecret-two"), nil, nil, "", []string{"The token cannot be used", "PE_TOKEN"}},
		"token file that is not there": {server, nil, func(m *providerModel) { m.TokenFile = types.StringValue("/no/such/file") }, "token_file", []string{"/no/such/file", "puppet-access login"}},
		"token file that is empty":     {server, map[string]string{".puppetlabs/token": "\n"}, nil, "", []string{"the file is empty", "default token file"}},
		"CA file that is not there":    {with("PE_CA_CERT_FILE", "/no/such/ca.pem"), nil, nil, "", []string{"/no/such/ca.pem", "PE_CA_CERT_FILE"}},
		"CA file that is empty":        {with("PE_CA_CERT_FILE", "DIR/ca.pem"), map[string]string{"ca.pem": ""}, nil, "", []string{"is empty"}},
		"certificate without a key":    {with(), nil, func(m *providerModel) { m.ClientCertPEM = types.StringValue("x") }, "client_cert_pem", []string{"has no key", "client_key_file"}},
		"key without a certificate":    {with(), nil, func(m *providerModel) { m.ClientKeyPEM = types.StringValue("x") }, "client_key_pem", []string{"has no certificate"}},
		"insecure that is no boolean":  {with("PE_INSECURE_SKIP_VERIFY", "perhaps"), nil, nil, "", []string{"PE_INSECURE_SKIP_VERIFY", "true or false"}},
		"password in the URL":          {with("PE_SERVER_URL", "https://admin:secret-one@pe.example.com:8143"), nil, nil, "", []string{"https://…@pe.example.com:8143", "holds a login"}},
		"token in the URL":             {with("PE_RBAC_URL", "https://pe.example.com:4433?token=secret-one"), nil, nil, "", []string{"https://pe.example.com:4433?…", "has a query"}},
		"token as the URL":             {with("PE_SERVER_URL", "0VZZ6geJQK8zJGKxBdq1MatyOJvUo8wNWxOhyZcbmx2V"), nil, nil, "", []string{"looks like a token (not shown)", "PE_SERVER_URL"}},
		"token as the token file":      {map[string]string{"PE_SERVER_URL": server["PE_SERVER_URL"], "PE_TOKEN_FILE": "0VZZ6geJQK8zJGKxBdq1MatyOJvUo8wNWxOhyZcbmx2V"}, nil, nil, "", []string{"PE_TOKEN_FILE holds what may be a token (not shown here)", "`token` or PE_TOKEN"}},
		"token as the argument's file": {server, nil, func(m *providerModel) { m.TokenFile = types.StringValue("secret-one-of-the-many-long-words-x") }, "token_file", []string{"The argument `token_file` holds what may be a token"}},
		"key as the key file":          {with("PE_CLIENT_KEY_FILE", "-----BEGIN PRIVATE KEY-----\nsecret-one\n"), nil, nil, "", []string{"PE_CLIENT_KEY_FILE holds a text in PEM form (not shown here)", "`client_key_pem`"}},
		"key as the argument's file": {with(), nil, func(m *providerModel) {
			m.ClientKeyFile = types.StringValue("-----BEGIN PRIVATE KEY-----\nsecret-one\n")
		}, "client_key_file", []string{"`client_key_pem`"}},
		"token file with a mark":        {server, map[string]string{".puppetlabs/token": "\xef\xbb\xbfsecret-one"}, nil, "", []string{"byte order mark", "plain ASCII text"}},
		"token file with quotes":        {server, map[string]string{".puppetlabs/token": `"secret-one"`}, nil, "", []string{"quotes", "write the token alone"}},
		"token file with JSON":          {server, map[string]string{".puppetlabs/token": `{"token":"secret-one"}`}, nil, "", []string{"it is JSON", "write the token alone"}},
		"token in quotes":               {with("PE_TOKEN", `"secret-one"`), nil, nil, "", []string{"The token from the environment variable PE_TOKEN cannot be used", "without quotes"}},
		"client tools that are no JSON": {map[string]string{"PE_TOKEN": "x-y-z-z"}, map[string]string{"user/orchestrator.conf": "options {}"}, nil, "", []string{"plain JSON", "user/orchestrator.conf"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			machine, _ := testMachine(t, test.env, test.files)
			config := emptyConfig()
			if test.change != nil {
				test.change(&config)
			}
			_, diags := resolve(config, machine)
			if !diags.HasError() {
				t.Fatal("no error")
			}
			found := diags.Errors()[0]
			text := found.Summary() + "\n" + found.Detail()
			for _, want := range test.want {
				if !strings.Contains(text, filepath.FromSlash(want)) {
					t.Errorf("the error does not say %q:\n%s", want, text)
				}
			}
			if strings.Contains(text, "secret-") || strings.Contains(text, "0VZZ6") || strings.Contains(text, "t-o-k-e-n") {
				t.Errorf("the error shows the token:\n%s", text)
			}
			at := ""
			if bound, ok := found.(diag.DiagnosticWithPath); ok {
				at = bound.Path().String()
			}
			if at != test.at {
				t.Errorf("the error is bound to %q, want %q", at, test.at)
			}
		})
	}
}

func TestResolve_Warnings(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, map[string]string{
		"PE_SERVER_URL": "http://pe.example.com:8143", "PE_ALLOW_HTTP": "true", "PE_TOKEN": "t-o-k-e-n", "PE_INSECURE_SKIP_VERIFY": "1",
	}, nil)
	s, diags := resolve(emptyConfig(), machine)
	if diags.HasError() || diags.WarningsCount() != 2 || !s.http.TLS.InsecureSkipVerify {
		t.Errorf("got %v", diags)
	}
}

// TestResolve_TokenFileOfEverybody warns of a token that other users may read.
func TestResolve_TokenFileOfEverybody(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("files have no mode here")
	}
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o644: true} {
		machine, dir := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143"}, map[string]string{"secret": "t-o-k-e-n"})
		name := filepath.Join(dir, "secret")
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		config := emptyConfig()
		config.TokenFile = types.StringValue(name)
		_, diags := resolve(config, machine)
		if diags.HasError() || (diags.WarningsCount() == 1) != warned {
			t.Errorf("%o: got %v", mode, diags)
		}
		if warned && (!strings.Contains(diags[0].Detail(), "chmod 600 "+name) || strings.Contains(diags[0].Detail(), "t-o-k-e-n")) {
			t.Errorf("the warning says %q", diags[0].Detail())
		}
	}
}

// TestResolve_NoToken finds none anywhere, which is an error only for what needs one.
func TestResolve_NoToken(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143"}, nil)
	s, diags := resolve(emptyConfig(), machine)
	if diags.HasError() || s.noToken == nil {
		t.Fatalf("got %v, %v", s.noToken, diags)
	}
	c, diags := connect(s, machine)
	if diags.HasError() {
		t.Fatal(diags)
	}
	if pe.AnyClientsOf(c, &diags); diags.HasError() {
		t.Errorf("without need of a token: %v", diags)
	}
	pe.ClientsOf(c, &diags)
	pe.ClientsOf(c, &diags)
	if diags.ErrorsCount() != 2 {
		t.Fatalf("got %v", diags)
	}
	for _, want := range []string{"puppet-access login", "`token`", "PE_TOKEN", "PE_TOKEN_FILE", "orchestrator.conf"} {
		if !strings.Contains(diags[0].Detail(), want) {
			t.Errorf("the error does not say %q: %s", want, diags[0].Detail())
		}
	}
	if diags[1].Summary() != "No token" || strings.Contains(diags[1].Detail(), "puppet-access") {
		t.Errorf("the second error repeats the first: %s", diags[1].Detail())
	}
}

// TestResolve_UnknownTokenIsNotReplaced must not use the token of the machine instead of one that is not known yet.
func TestResolve_UnknownTokenIsNotReplaced(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143", "PE_TOKEN": "t-o-k-e-n"}, nil)
	config := emptyConfig()
	config.Token = types.StringUnknown()
	s, diags := resolve(config, machine)
	if diags.HasError() || s.http.Token != "" || len(s.unknown) != 1 || s.unknown[0] != "token" {
		t.Errorf("got %+v, %v", s.unknown, diags)
	}
}

func TestResolve_SettingsOfRequests(t *testing.T) {
	t.Parallel()
	machine, _ := testMachine(t, map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143", "PE_TOKEN": "t-o-k-e-n"}, nil)
	s, diags := resolve(emptyConfig(), machine)
	if diags.HasError() || s.http.MaxRetries != 6 || s.http.RequestTimeout != 0 || s.scheduledJobsAPI != "auto" {
		t.Errorf("defaults: got %+v, %v", s.http, diags)
	}
	config := emptyConfig()
	config.RequestTimeout = types.StringValue("90s")
	config.RetryMaxWait = types.StringValue("10s")
	config.MaxRetries = types.Int64Value(0)
	config.MaxConcurrentRequests = types.Int64Value(3)
	config.RequestsPerSecond = types.Float64Value(2.5)
	config.ScheduledJobsAPI = types.StringValue("schedule_task")
	s, diags = resolve(config, machine)
	if diags.HasError() || s.http.RequestTimeout != 90*time.Second || s.http.RetryMaxWait != 10*time.Second || s.http.MaxRetries != 0 ||
		s.http.MaxConcurrentRequests != 3 || s.http.RequestsPerSecond != 2.5 || s.scheduledJobsAPI != "schedule_task" {
		t.Errorf("got %+v, %v", s.http, diags)
	}
}

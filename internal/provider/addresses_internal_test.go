// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestAddresses_WithoutTLS gives URLs without TLS: they are refused, wherever they come from, unless they are of this machine or allowed.
func TestAddresses_WithoutTLS(t *testing.T) {
	t.Parallel()
	const secure, plain, plainRBAC = "https://pe.example.com:8143", "http://pe.example.com:8143", "http://pe.example.com:4433"
	for name, test := range map[string]struct {
		env, files map[string]string
		change     func(*providerModel)
		// refused is in the error, "" for none; at is the attribute that it is bound to.
		refused, at string
		warned      []string
	}{
		"with TLS":               {map[string]string{"PE_SERVER_URL": secure, "PE_RBAC_URL": "https://pe.example.com:4433"}, nil, nil, "", "", nil},
		"the orchestrator":       {map[string]string{"PE_SERVER_URL": plain}, nil, nil, "from the environment variable PE_SERVER_URL", "", nil},
		"RBAC":                   {map[string]string{"PE_SERVER_URL": secure, "PE_RBAC_URL": plainRBAC}, nil, nil, "from the environment variable PE_RBAC_URL", "", nil},
		"in upper case":          {map[string]string{"PE_SERVER_URL": "HTTP://pe.example.com:8143"}, nil, nil, "is an http URL", "", nil},
		"of the argument":        {nil, nil, func(m *providerModel) { m.ServerURL = types.StringValue(plain) }, "the argument `server_url`", "server_url", nil},
		"of the argument for it": {map[string]string{"PE_SERVER_URL": secure}, nil, func(m *providerModel) { m.RBACURL = types.StringValue(plainRBAC) }, "the argument `rbac_url`", "rbac_url", nil},
		"of the client tools":    {nil, map[string]string{"user/orchestrator.conf": `{"options":{"service-url":"` + plain + `"}}`}, nil, "orchestrator.conf", "", nil},
		"of the tools for RBAC":  {map[string]string{"PE_SERVER_URL": secure}, map[string]string{"user/puppet-access.conf": `{"service-url":"` + plainRBAC + `"}`}, nil, "puppet-access.conf", "", nil},
		"of this machine":        {map[string]string{"PE_SERVER_URL": "http://localhost:8143", "PE_RBAC_URL": "http://127.0.0.53:4433"}, nil, nil, "", "", nil},
		"of this machine, IPv6":  {map[string]string{"PE_SERVER_URL": "http://[::1]:8143", "PE_RBAC_URL": "http://LOCALHOST.:4433"}, nil, nil, "", "", nil},
		"only called localhost":  {map[string]string{"PE_SERVER_URL": "http://localhost.example.com:8143"}, nil, nil, "is an http URL", "", nil},
		"allowed": {
			map[string]string{"PE_SERVER_URL": plain, "PE_RBAC_URL": plainRBAC}, nil, func(m *providerModel) { m.AllowHTTP = types.BoolValue(true) }, "", "",
			[]string{"the argument `allow_http`", plain, plainRBAC},
		},
		"allowed by the environment": {map[string]string{"PE_SERVER_URL": plain, "PE_ALLOW_HTTP": "1"}, nil, nil, "", "", []string{"the environment variable PE_ALLOW_HTTP", plain}},
		"the argument wins":          {map[string]string{"PE_SERVER_URL": plain, "PE_ALLOW_HTTP": "1"}, nil, func(m *providerModel) { m.AllowHTTP = types.BoolValue(false) }, "is an http URL", "", nil},
		"neither true nor false":     {map[string]string{"PE_SERVER_URL": secure, "PE_ALLOW_HTTP": "perhaps"}, nil, nil, `PE_ALLOW_HTTP is "perhaps"`, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"PE_TOKEN": "t-o-k-e-n"}
			for key, value := range test.env {
				env[key] = value
			}
			machine, _ := testMachine(t, env, test.files)
			config := emptyConfig()
			if test.change != nil {
				test.change(&config)
			}
			_, diags := resolve(config, machine)
			if diags.HasError() != (test.refused != "") || diags.WarningsCount() != min(len(test.warned), 1) {
				t.Fatalf("got %v", diags)
			}
			for _, want := range append(test.warned, test.refused) {
				if !diags.HasError() && len(diags) == 0 {
					break
				}
				if text := diags[0].Detail(); !strings.Contains(text, want) {
					t.Errorf("%q is not in %q", want, text)
				}
			}
			at := ""
			if len(diags) > 0 {
				if bound, ok := diags[0].(diag.DiagnosticWithPath); ok {
					at = bound.Path().String()
				}
			}
			if at != test.at {
				t.Errorf("it is bound to %q, want %q", at, test.at)
			}
		})
	}
}

// TestPuppetDBURL finds PuppetDB: the argument, the environment, the client tools, the host of the orchestrator.
func TestPuppetDBURL(t *testing.T) {
	t.Parallel()
	server := map[string]string{"PE_SERVER_URL": "https://pe.example.com:8143", "PE_TOKEN": "t"}
	also := func(name, value string) map[string]string {
		env := maps.Clone(server)
		env[name] = value
		return env
	}
	tools := map[string]string{"user/puppetdb.conf": `{"puppetdb":{"server_urls":["https://tools.example.com:8081"]}}`}
	for name, test := range map[string]struct {
		env, files map[string]string
		argument   string
		want       string
		// says is an error, warns a warning.
		says, warns string
	}{
		"beside the orchestrator": {server, nil, "", "https://pe.example.com:8081", "", ""},
		"of the client tools":     {server, tools, "", "https://tools.example.com:8081", "", ""},
		"of the environment":      {also("PE_PUPPETDB_URL", "https://env.example.com:8081/"), tools, "", "https://env.example.com:8081", "", ""},
		"of the argument":         {also("PE_PUPPETDB_URL", "https://env.example.com:8081"), tools, "https://arg.example.com:8081", "https://arg.example.com:8081", "", ""},
		"with a path":             {also("PE_PUPPETDB_URL", "https://env.example.com:8081/pdb"), nil, "", "", "The PuppetDB URL cannot be used", ""},
		"without TLS":             {also("PE_PUPPETDB_URL", "http://env.example.com:8080"), nil, "", "http://env.example.com:8080", "The PuppetDB URL has no TLS", ""},
		"a broken file":           {server, map[string]string{"user/puppetdb.conf": "x"}, "", "https://pe.example.com:8081", "", "The URL of PuppetDB was not read from the PE client tools"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			machine, _ := testMachine(t, test.env, test.files)
			config := emptyConfig()
			if test.argument != "" {
				config.PuppetDBURL = types.StringValue(test.argument)
			}
			s, diags := resolve(config, machine)
			summary := func(all diag.Diagnostics) string {
				if len(all) == 0 {
					return ""
				}
				return all[0].Summary()
			}
			if s.puppetDBURL != test.want || summary(diags.Errors()) != test.says || summary(diags.Warnings()) != test.warns {
				t.Errorf("got %q, %v", s.puppetDBURL, diags)
			}
		})
	}
}

// TestAddresses_OfCodeManager: the argument, the environment, the client tools, the host of the orchestrator.
func TestAddresses_OfCodeManager(t *testing.T) {
	t.Parallel()
	const tools = `{"service-url": "https://tools.example.com:8170/code-manager", "token-file": "~/elsewhere"}`
	for name, test := range map[string]struct {
		env, file, argument string
		want                string
		// said is in the only diagnostic, "" for none.
		said string
	}{
		"by default":         {"", "", "", "https://pe.example.com:8170/code-manager", ""},
		"the client tools":   {"", tools, "", "https://tools.example.com:8170/code-manager", ""},
		"the environment":    {"https://env.example.com:8170/code-manager", tools, "", "https://env.example.com:8170/code-manager", ""},
		"the argument":       {"https://env.example.com:8170", tools, "https://arg.example.com:1/x", "https://arg.example.com:1/x", ""},
		"a file that is not": {"", `{`, "", "https://pe.example.com:8170/code-manager", "set `code_manager_url`"},
		"no URL":             {"pe.example.com:8170", "", "", "", "write https://pe.example.com:8170"},
		"without TLS":        {"http://pe.example.com:8170", "", "", "http://pe.example.com:8170", "The Code Manager URL has no TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"PE_TOKEN": "t-o-k-e-n", "PE_SERVER_URL": "https://pe.example.com:8143"}
			if test.env != "" {
				env["PE_CODE_MANAGER_URL"] = test.env
			}
			files := map[string]string{}
			if test.file != "" {
				files["user/puppet-code.conf"] = test.file
			}
			machine, _ := testMachine(t, env, files)
			config := emptyConfig()
			if test.argument != "" {
				config.CodeManagerURL = types.StringValue(test.argument)
			}
			s, diags := resolve(config, machine)
			if s.codeManagerURL != test.want || len(diags) != min(len(test.said), 1) {
				t.Fatalf("got %s, %v", s.codeManagerURL, diags)
			}
			if test.said != "" && !strings.Contains(diags[0].Summary()+diags[0].Detail(), test.said) {
				t.Errorf("got %v", diags)
			}
		})
	}
}

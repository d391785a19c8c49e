// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"math/big"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func check(t *testing.T, v validator.String, at path.Path, value types.String) diag.Diagnostics {
	t.Helper()
	t.Helper()
	var resp validator.StringResponse
	v.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: value}, &resp)
	return resp.Diagnostics
}

// TestRules_AcceptAndRefuse has, for each rule, texts that it accepts and texts that it refuses, with a part of the message.
func TestRules_AcceptAndRefuse(t *testing.T) {
	t.Parallel()
	const uuid = "42bf351c-f9ec-40af-84ad-e976fec7f4bd"
	for name, test := range map[string]struct {
		rule    validator.String
		accepts []string
		refuses map[string]string
	}{
		"WholeSeconds": {WholeSeconds(), []string{"1s", "24h", "90m", "1000ms"}, map[string]string{
			"": "is not a duration", "1d": "write 24h or 168h", "0s": "is shorter than one second", "-1h": "is shorter than one second", "999ms": "is shorter than one second",
			"1500ms": "is not a whole number of seconds", "3600": "is not a duration",
		}},
		"PositiveDuration": {PositiveDuration(), []string{"1ns", "30s", "1h30m"}, map[string]string{"": "is not a duration", "0": "longer than zero", "0s": "longer than zero", "-1s": "longer than zero", "5": "is not a duration"}},
		"TaskTargetID":     {TaskTargetID(), []string{"7", "123456"}, map[string]string{"": "is a positive number", "0": "is a positive number such as 7", "x": "is a positive number such as 7", "7.5": "number", "-7": "number", "7 ": "number"}},
		"LaunchKey":        {LaunchKey(), []string{"release-2026.11/web", "ü 7", strings.Repeat("ü", 200)}, map[string]string{"": "is empty", " ": "is empty", strings.Repeat("x", 201): "longer than 200 characters", "a\nb": "cannot be printed", "a\tb": "cannot be printed", "a\x00": "cannot be printed"}},
		"JobID":            {JobID(), []string{"82"}, map[string]string{"": "is a positive number", "0": "is a positive number such as 82", "-1": "is a positive number such as 82", "job": "is a positive number such as 82"}},
		"RoleID":           {RoleID(), []string{"7"}, map[string]string{"Viewers": "data.pe_role finds the id by it", "": "number"}},
		"Date":             {Date(), []string{"2026-01-31", "2024-02-29"}, map[string]string{"": "YYYY-MM-DD", "2026-02-29": "YYYY-MM-DD", "2026-1-31": "YYYY-MM-DD", "31.01.2026": "YYYY-MM-DD", "2026-01-31T00:00:00Z": "YYYY-MM-DD"}},
		"Time":             {Time(), []string{"2030-01-05T02:00:00+01:00", "2030-01-05T01:00:00Z", "2030-01-05T01:00:00.5Z"}, map[string]string{"": "date, time and offset", "2030-01-05": "offset", "2030-01-05T02:00:00": "offset", "2030-01-05 02:00:00Z": "write 2030-01-05T02:00:00Z"}},
		"Orchestrator": {Orchestrator().URL(), []string{"https://pe.example.com:8143", "https://pe.example.com:8143/", "http://127.0.0.1:1", "https://[::1]:8143"}, map[string]string{
			"": "scheme and a host", "pe.example.com": "write https://pe.example.com", "pe.example.com:8143": "write https://pe.example.com:8143", "127.0.0.1:8143": "write https://127.0.0.1:8143", "pe": "scheme and a host", "p e.x:1": "scheme and a host", "ftp://pe": "scheme and a host", "https://": "scheme and a host", "https://:8143": "scheme and a host",
			"https://u:p@pe": "holds a login", "https://pe?x=y": "has a query or fragment", "https://pe/#x": "has a query or fragment", "https://pe/orchestrator/v1": "has a path", "https://p e": "is not a URL",
		}},
		"RBAC":     {RBAC().URL(), []string{"https://pe:4433", "https://pe:4433/rbac-api"}, map[string]string{"": "scheme and a host", "https://u@pe": "holds a login", "https://pe/?x": "query or fragment"}},
		"TaskName": {TaskName(), []string{"package", "mysql::sql", "a1_b"}, map[string]string{"": "is not the name of a task", "Package": "is not", "a::b::c": "one or two segments", "mysql::": "is not", "1a": "is not", "my-task": "is not", "mysql::init": `write "mysql"`}},
		"PlanName": {PlanName(), []string{"canary", "facts::info", "a::b::c", "init"}, map[string]string{"": "is not the name of a plan", "Canary": "is not", "a::b::": "is not", "a::type": "`type` is a reserved word", "if": "`if` is a reserved word", "a::string::b": "`string` is a reserved word", "facts::init": `write "facts"`}},
		"EnvironmentName": {EnvironmentName(), []string{"production", "Feature_1", "1", "test-env-1", "my env", "1.0"}, map[string]string{
			"": "give one, such as `production`", " ": "is blank", "feature/x": "has a slash in it"}},
		"EnvironmentOrNone": {EnvironmentOrNone(), []string{"production", "test-env-1", ""}, map[string]string{" ": "is blank", "a/b": "has a slash in it"}},
		"Certname":          {Certname(), []string{"node1.example.com", "a", "a..b", ".hidden"}, map[string]string{"": "is empty", " ": "is empty", "a b": "has white space", "a\n": "has white space", "\ta": "has white space", "..": "only dots", ".": "only dots", "../jobs": "no slash", "a/b": "no slash"}},
		"GroupID":           {GroupID(), []string{uuid}, map[string]string{"": "is not the UUID", strings.ToUpper(uuid): "in lower case", "All Nodes": "A group's name does not do", uuid + "0": "is not the UUID", uuid[1:]: "is not the UUID"}},
		"SubjectID":         {SubjectID("user"), []string{uuid}, map[string]string{"": "is not the UUID", "dana": "data.pe_user finds the id by it", strings.ToUpper(uuid): "in lower case"}},
		"IdentityProvider":  {IdentityProviderID(), []string{uuid}, map[string]string{"": "is not the UUID", "okta": "A name does not do", strings.ToUpper(uuid): "in lower case"}},
		"ApplicationName":   {ApplicationName(), []string{"App", "App[main]", "Web::App", "Web::App[my main]"}, map[string]string{"": "is not an application", "app": "is not", "App[]": "is not", "App[a": "is not", "App[a]b": "is not", "Web::app": "is not"}},
		"TokenLifetime":     {TokenLifetime(), []string{"0", "4h", "30m", "1y", "90"}, map[string]string{"": "is not a lifetime", "4 h": "without a space", "h": "is not", "-1h": "is not", "1.5h": "is not", "4h30m": "is not", "1w": "is not"}},
		"TokenLabel":        {TokenLabel(), []string{"ci", strings.Repeat("ä", 200), strings.Repeat("a", 200) + " "}, map[string]string{"": "is empty", "  ": "is empty", "a,b": "has a comma", strings.Repeat("a", 201): "is longer than 200 characters"}},
		"NotBlank":          {NotBlank(), []string{"a", " a "}, map[string]string{"": "must not be empty", " \n\t": "must not be empty"}},
		"PQL":               {PQL(), []string{"nodes {}"}, map[string]string{"": "is not a PQL query: it is empty", "nodes {": "a } is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.rule.Description(t.Context()) == "" || test.rule.MarkdownDescription(t.Context()) == "" {
				t.Error("it has no description")
			}
			for name, value := range map[string]types.String{"null": types.StringNull(), "unknown": types.StringUnknown()} {
				if diags := check(t, test.rule, path.Root("it"), value); len(diags) > 0 {
					t.Errorf("%s: got %v", name, diags)
				}
			}
			for _, text := range test.accepts {
				if diags := check(t, test.rule, path.Root("it"), types.StringValue(text)); len(diags) > 0 {
					t.Errorf("%q: got %v", text, diags)
				}
			}
			for text, want := range test.refuses {
				diags := check(t, test.rule, path.Root("it"), types.StringValue(text))
				if len(diags) != 1 || !diags.HasError() || !strings.Contains(diags[0].Detail(), want) || !strings.HasPrefix(diags[0].Detail(), `"`) {
					t.Errorf("%q: got %v, want %q", text, diags, want)
				}
			}
		})
	}
}

func TestAttributeName(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]path.Path{
		"":                         path.Root("task"),
		"`scope.node_group`: ":     path.Root("scope").AtName("node_group"),
		"`targets[1].hostnames`: ": path.Root("targets").AtListIndex(1).AtName("hostnames"),
	} {
		if got := attributeName(at); got != want {
			t.Errorf("%s: got %q, want %q", at, got, want)
		}
	}
}

// checkDynamic returns the error for a value, "" for none.
func checkDynamic(t *testing.T, v validator.Dynamic, value types.Dynamic) string {
	t.Helper()
	t.Helper()
	var resp validator.DynamicResponse
	v.ValidateDynamic(t.Context(), validator.DynamicRequest{Path: path.Root("it"), ConfigValue: value}, &resp)
	if len(resp.Diagnostics) == 0 {
		return ""
	}
	return resp.Diagnostics[0].Summary() + ": " + resp.Diagnostics[0].Detail()
}

func TestObject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value types.Dynamic
		fails bool
	}{
		"null":                    {types.DynamicNull(), false},
		"unknown":                 {types.DynamicUnknown(), false},
		"null that has a type":    {types.DynamicValue(types.StringNull()), false},
		"unknown that has a type": {types.DynamicValue(types.StringUnknown()), false},
		"an object":               {types.DynamicValue(types.ObjectValueMust(map[string]attr.Type{}, map[string]attr.Value{})), false},
		"a map":                   {types.DynamicValue(types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringValue("x")})), false},
		"a text":                  {types.DynamicValue(types.StringValue("a")), true},
		"a list":                  {types.DynamicValue(types.ListValueMust(types.StringType, []attr.Value{types.StringValue("a")})), true},
	} {
		if got := checkDynamic(t, Object{}, test.value); (got != "") != test.fails {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	tuple := func(values ...attr.Value) types.Dynamic {
		elementTypes := make([]attr.Type, len(values))
		for i, value := range values {
			elementTypes[i] = value.Type(t.Context())
		}
		return types.DynamicValue(types.TupleValueMust(elementTypes, values))
	}
	for name, test := range map[string]struct {
		value types.Dynamic
		want  string
	}{
		"null":                              {types.DynamicNull(), ""},
		"unknown":                           {types.DynamicUnknown(), ""},
		"null that has a type":              {types.DynamicValue(types.StringNull()), ""},
		"unknown that has a type":           {types.DynamicValue(types.StringUnknown()), ""},
		"PQL":                               {types.DynamicValue(types.StringValue("nodes {}")), ""},
		"no PQL":                            {types.DynamicValue(types.StringValue("nodes {")), "A } is missing."},
		"an AST":                            {tuple(types.StringValue("from"), types.StringValue("nodes")), ""},
		"an AST that extracts":              {tuple(types.StringValue("from"), types.StringValue("nodes"), tuple(types.StringValue("extract"), tuple(types.StringValue("certname")))), ""},
		"an AST that extracts one":          {tuple(types.StringValue("from"), types.StringValue("nodes"), tuple(types.StringValue("extract"), types.StringValue("certname"))), ""},
		"an AST that extracts another one":  {tuple(types.StringValue("from"), types.StringValue("nodes"), tuple(types.StringValue("extract"), types.StringValue("report_timestamp"))), "The result of a query has to hold certnames"},
		"an AST that extracts others":       {tuple(types.StringValue("from"), types.StringValue("nodes"), tuple(types.StringValue("extract"), tuple(types.StringValue("report_timestamp")))), "The result of a query has to hold certnames"},
		"an AST that extracts something":    {tuple(types.StringValue("from"), types.StringValue("nodes"), tuple(types.StringValue("extract"), tuple(types.StringUnknown()))), ""},
		"an AST of no nodes":                {tuple(types.StringValue("from"), types.StringValue("packages")), "The result of a query has to hold certnames, and packages have none."},
		"an AST as a list":                  {types.DynamicValue(types.ListValueMust(types.StringType, []attr.Value{types.StringValue("from")})), ""},
		"an AST of any type":                {tuple(types.DynamicValue(types.StringValue("from"))), ""},
		"an AST of which nothing is known":  {tuple(types.StringUnknown()), ""},
		"an operator of any unknown type":   {tuple(types.DynamicUnknown()), ""},
		"an empty AST":                      {tuple(), "The AST query is an empty list."},
		"an AST without an operator":        {tuple(types.NumberValue(big.NewFloat(1))), "An AST query begins with an operator, which is a string."},
		"an AST that begins with a list":    {tuple(tuple(types.StringValue("from"))), "An AST query begins with an operator, which is a string."},
		"neither the one nor the other one": {types.DynamicValue(types.BoolValue(true)), "A query is a PQL string or, for an AST query, a list."},
	} {
		got := checkDynamic(t, Query{}, test.value)
		if (got == "") != (test.want == "") || !strings.Contains(got, "The query is not valid: "+test.want) && test.want != "" {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestAttributeName_IsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]path.Path{
		"":                         path.Root("server_url"),
		"`timeouts.create`: ":      path.Root("timeouts").AtName("create"),
		"`targets[0].hostnames`: ": path.Root("targets").AtListIndex(0).AtName("hostnames"),
		"`node_groups`: ":          path.Root("node_groups").AtSetValue(types.StringValue("Web servers")),
		"`scope.nodes`: ":          path.Root("scope").AtName("nodes").AtSetValue(types.StringValue("a b")),
	} {
		if got := attributeName(at); got != want {
			t.Errorf("%s: got %q, want %q", at, got, want)
		}
	}
}

// TestService_URL names the service, and shows what its own URL looks like.
func TestService_URL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		service       Service
		text          string
		summary, says string
	}{
		{Orchestrator(), "x", "The orchestrator URL cannot be used", "such as https://pe.example.com:8143."},
		{Orchestrator(), "https://pe/x", "The orchestrator URL cannot be used", "has a path; give only scheme, host and port, such as https://pe.example.com:8143."},
		{RBAC(), "x", "The RBAC URL cannot be used", "such as https://pe.example.com:4433/rbac-api."},
		{PuppetDB(), "x", "The PuppetDB URL cannot be used", "such as https://pe.example.com:8081."},
		{PuppetDB(), "https://pe/pdb", "The PuppetDB URL cannot be used", "has a path; give only scheme, host and port, such as https://pe.example.com:8081."},
		{PuppetDB(), "https://pe?x", "The PuppetDB URL cannot be used", "has a query or fragment; write it without, such as https://pe.example.com:8081."},
		{CodeManager(), "x", "The Code Manager URL cannot be used", "such as https://pe.example.com:8170/code-manager."},
	} {
		var resp validator.StringResponse
		test.service.URL().ValidateString(t.Context(), validator.StringRequest{Path: path.Root("url"), ConfigValue: types.StringValue(test.text)}, &resp)
		if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary() != test.summary || !strings.HasSuffix(resp.Diagnostics[0].Detail(), test.says) {
			t.Errorf("%s, %s: got %v", test.service.Name, test.text, resp.Diagnostics)
		}
		if again := test.service.Problem(test.service.Example); again != "" {
			t.Errorf("%s: the example %s", test.service.Name, again)
		}
	}
}

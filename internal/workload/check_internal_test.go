// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

func TestProblemsText(t *testing.T) {
	t.Parallel()
	problem := func(at string) puppettype.Problem {
		return puppettype.Problem{Path: at, Given: `"hunter2"`, Kind: "a string", Accepted: "a number"}
	}
	several := []puppettype.Problem{problem(".a"), problem(".b"), problem(".c"), problem(".d"), problem(".e"), problem(".f"), problem(".g")}
	for name, test := range map[string]struct {
		problems []puppettype.Problem
		secret   bool
		want     string
	}{
		"none":        {nil, false, ""},
		"one":         {several[:1], false, "`p.a` is \"hunter2\"; expected a number."},
		"a secret":    {[]puppettype.Problem{problem("")}, true, "`p` is a string; expected a number."},
		"in a secret": {several[:3], true, "Something in `p` is a string; expected a number."},
		"five": {
			several[:5], false, "`p.a` is \"hunter2\"; expected a number.\n`p.b` is \"hunter2\"; expected a number.\n`p.c` is " +
				"\"hunter2\"; expected a number.\n`p.d` is \"hunter2\"; expected a number.\n`p.e` is \"hunter2\"; expected a number.",
		},
		"seven": {
			several, false, "`p.a` is \"hunter2\"; expected a number.\n`p.b` is \"hunter2\"; expected a number.\n`p.c` is \"hunter2\"; expected a number.\n`p.d` is \"hunter2\"; expected a number.\n`p.e` is \"hunter2\"; expected a number.\nThere are 2 " +
				"more such problems.",
		},
	} {
		if got := problemsText("p", test.problems, test.secret); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestParameter_Required(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		puppetType string
		byDefault  string
		want       bool
		// plan is whether it has to be given to a plan, null whether null can be given to one.
		plan, null bool
	}{
		"no default":                  {"String", "", true, true, false},
		"a default":                   {"String", `"x"`, false, false, true},
		"a default of null":           {"String", `null`, false, false, true},
		"optional":                    {"Optional[String]", "", false, true, true},
		"anything":                    {"Any", "", false, true, true},
		"no type":                     {"", "", false, true, true},
		"a type that cannot be read":  {"Strin[", "", false, true, true},
		"one of which may be left":    {"Variant[Integer, Undef]", "", false, true, true},
		"optional inside of a struct": {"Struct[{a => Optional[String]}]", "", true, true, false},
		"a secret":                    {"Sensitive[String]", "", true, true, false},
		"a secret, optional":          {"Optional[Sensitive[String]]", "", false, true, true},
	} {
		var byDefault []byte
		if test.byDefault != "" {
			byDefault = []byte(test.byDefault)
		}
		p := newParameter(test.puppetType, " a text\n", byDefault, false)
		if got := p.required(); got != test.want || p.description != "a text" || p.hasDefault != (test.byDefault != "") || p.sensitive != strings.Contains(test.puppetType, "Sensitive") {
			t.Errorf("%s: required %v, %+v", name, got, p)
		}
		p.ofPlan = true
		if p.required() != test.plan || p.takesNull() != test.null {
			t.Errorf("%s: of a plan: required %v, null %v", name, p.required(), p.takesNull())
		}
	}
	if !newParameter("String", "", nil, true).sensitive {
		t.Error("what the metadata calls a secret is none")
	}
}

func TestSignature_OfTasksAndPlans(t *testing.T) {
	t.Parallel()
	if s := taskSignature(orchestrator.Task{}); s.parameters != nil || s.supportsNoop {
		t.Errorf("a task without metadata: got %+v", s)
	}
	if s := planSignature(orchestrator.Plan{}); s.parameters != nil {
		t.Errorf("a plan without metadata: got %+v", s)
	}
	task := orchestrator.Task{Metadata: orchestrator.TaskMetadata{SupportsNoop: true, Parameters: map[string]orchestrator.TaskParameter{"a": {Type: "String", Default: []byte(`"x"`)}}}}
	if s := taskSignature(task); !s.supportsNoop || len(s.parameters) != 1 || !s.parameters["a"].hasDefault || s.parameters["a"].ofPlan {
		t.Errorf("a task: got %+v", s)
	}
	plan := orchestrator.Plan{Parameters: map[string]orchestrator.PlanParameter{"a": {Type: "String", Default: []byte(`"x"`)}, "b": {Type: "String"}}}
	if s := planSignature(plan); s.supportsNoop || len(s.parameters) != 2 || !s.parameters["a"].ofPlan || s.parameters["a"].required() || !s.parameters["b"].required() {
		t.Errorf("a plan: got %+v", s)
	}
}

func TestEntriesOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value attr.Value
		want  []string
		known bool
	}{
		"null":                        {types.DynamicNull(), nil, true},
		"unknown":                     {types.DynamicUnknown(), nil, false},
		"null that has a type":        {types.DynamicValue(types.MapNull(types.StringType)), nil, true},
		"unknown that has a type":     {types.DynamicValue(types.MapUnknown(types.StringType)), nil, false},
		"empty":                       {params(nil), nil, true},
		"an object with an unknown":   {params(map[string]attr.Value{"b": types.StringUnknown(), "a": types.StringNull()}), []string{"a", "b"}, true},
		"a map":                       {types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringUnknown()}), []string{"a"}, true},
		"a map that is null":          {types.MapNull(types.StringType), nil, true},
		"a map that is not known":     {types.MapUnknown(types.StringType), nil, false},
		"something that is no object": {types.DynamicValue(types.StringValue("a")), nil, false},
	} {
		entries, known := entriesOf(test.value)
		if got := slices.Sorted(maps.Keys(entries)); !slices.Equal(got, test.want) || known != test.known {
			t.Errorf("%s: got %v, known %v", name, got, known)
		}
	}
}

func TestRun_Given(t *testing.T) {
	t.Parallel()
	u := Run{
		Params:    params(map[string]attr.Value{"a": types.StringValue("x"), "b": types.StringUnknown(), "s": types.StringValue("plain")}),
		Sensitive: params(map[string]attr.Value{"s": types.StringValue("secret")}),
		Resolved:  map[string]types.Map{"query_params": types.MapValueMust(types.StringType, map[string]attr.Value{"q": types.StringValue("nodes {}")})},
	}
	given, complete := u.given()
	for name, want := range map[string]struct {
		attribute, at string
		value         any
	}{
		"a": {"params", `params["a"]`, "x"}, "b": {"params", `params["b"]`, puppettype.Unknown{}}, "q": {"query_params", `query_params["q"]`, puppettype.Unknown{}},
		"s": {"sensitive_params", `sensitive_params["s"]`, "secret"},
	} {
		if got := given[name]; got.attribute != want.attribute || got.at.String() != want.at || got.value != want.value {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
	if len(given) != 4 || !complete {
		t.Errorf("got %v, complete %v", given, complete)
	}
	for name, incomplete := range map[string]Run{
		"params":    {Params: types.DynamicUnknown()},
		"sensitive": {Sensitive: types.DynamicUnknown()},
		"resolved":  {Resolved: map[string]types.Map{"query_params": types.MapUnknown(types.StringType)}},
	} {
		if given, complete := incomplete.given(); complete || len(given) > 0 {
			t.Errorf("%s: got %v, complete %v", name, given, complete)
		}
	}
	if given, complete := (Run{Params: types.DynamicNull(), Sensitive: types.DynamicNull()}).given(); !complete || len(given) > 0 {
		t.Errorf("nothing: got %v, complete %v", given, complete)
	}
}

// checkOf returns a check of a task with the parameters name (required), version, port and pin (a required secret).
func checkOf(parameters map[string]parameter, given map[string]givenParam) (runCheck, *diag.Diagnostics) {
	var diags diag.Diagnostics
	redactor := httpapi.NewRedactor()
	s := signature{parameters: parameters}
	return runCheck{
		Run: Run{Kind: RunsTask, Name: types.StringValue("package")}, signature: s, redactor: redactor, diags: &diags, secretive: hideSecrets(redactor, given, s),
	}, &diags
}

func packageParameters() map[string]parameter {
	return map[string]parameter{
		"name": newParameter("String", "What to install", nil, false), "version": newParameter("Optional[String]", "", nil, false),
		"port": newParameter("Integer", "", []byte(`80`), false), "pin": newParameter("String", "", nil, true),
	}
}

func TestWhatItTakes(t *testing.T) {
	t.Parallel()
	check, _ := checkOf(packageParameters(), nil)
	const takes = "It takes `name` (required), `pin` (required), `port`, `version`."
	for name, want := range map[string]string{"nome": "Did you mean `name`? " + takes, "colour": takes} {
		if got := check.whatItTakes(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	none, _ := checkOf(map[string]parameter{}, nil)
	if got := none.whatItTakes("name"); got != "It takes no parameters. Remove it." {
		t.Errorf("got %q", got)
	}
}

func TestAbout(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]parameter{
		"Its type in Puppet is `Integer`.":                                                         newParameter("Integer", "", nil, false),
		"Its type in Puppet is `String`. The task describes it as: What to install.":               newParameter("String", "what to install", nil, false),
		"Its type in Puppet is `Integer`. The task describes it as: (redacted), but not \\x1b[2J.": newParameter("Integer", "hunter2,\n but not \x1b[2J", nil, false),
	} {
		if got := (runCheck{Run: Run{Kind: RunsTask}, redactor: httpapi.NewRedactor("hunter2")}).about(p); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRunCheck_Missing(t *testing.T) {
	t.Parallel()
	param := givenParam{attribute: paramsAttribute, value: "x"}
	for name, test := range map[string]struct {
		given map[string]givenParam
		// want are the missing parameters, with the attribute that the error is bound to.
		want []string
	}{
		"nothing":       {nil, []string{"params", ""}},
		"one":           {map[string]givenParam{"name": param}, []string{""}},
		"all":           {map[string]givenParam{"name": param, "pin": param}, nil},
		"what is given": {map[string]givenParam{"port": param}, []string{"params", ""}},
	} {
		check, diags := checkOf(packageParameters(), test.given)
		check.secretive[paramsAttribute] = false
		if check.missing(test.given); !slices.Equal(faults(*diags), test.want) {
			t.Errorf("%s: got %v, want errors at %v", name, diags, test.want)
		}
	}
}

func TestRunCheck_Parameter(t *testing.T) {
	t.Parallel()
	give := func(attribute string, value any) givenParam {
		return givenParam{attribute: attribute, at: path.Root(attribute).AtMapKey("it"), value: value}
	}
	for name, test := range map[string]struct {
		name    string
		given   givenParam
		summary string
		warns   bool
	}{
		"fits":                        {"name", give("params", "httpd"), "", false},
		"does not fit":                {"port", give("params", "http"), `Parameter "port" does not fit task "package"`, false},
		"not known":                   {"port", give("params", puppettype.Unknown{}), "", false},
		"no such parameter":           {"nome", give("params", "x"), `Task "package" has no parameter "nome"`, false},
		"for whoever runs it":         {"_noop", give("params", true), "", false},
		"null of an optional one":     {"version", give("params", nil), "", false},
		"null of one with a default":  {"port", give("params", nil), `Parameter "port" does not fit task "package"`, false},
		"a secret in clear":           {"pin", give("params", "x"), `Parameter "pin" is a secret`, true},
		"a secret":                    {"pin", give("sensitive_params", "x"), "", false},
		"a secret that does not fit":  {"pin", give("sensitive_params", true), `Parameter "pin" does not fit task "package"`, false},
		"what is no secret, as a one": {"name", give("sensitive_params", "x"), `Puppet Enterprise shows parameter "name"`, true},
	} {
		check, diags := checkOf(packageParameters(), map[string]givenParam{test.name: test.given})
		check.parameter(test.name, test.given)
		got := ""
		if len(*diags) > 0 {
			got = (*diags)[0].Summary()
		}
		if got != test.summary || len(*diags) > 1 || diags.HasError() != (test.summary != "" && !test.warns) {
			t.Errorf("%s: got %v, want %q", name, diags, test.summary)
		}
	}
	// Plans take null for what was left out, and has a default.
	parameters := packageParameters()
	port := parameters["port"]
	port.ofPlan, port.hasDefault = true, true
	parameters["port"] = port
	check, diags := checkOf(parameters, nil)
	if check.parameter("port", give("params", nil)); len(*diags) > 0 {
		t.Errorf("got %v", diags)
	}
}

func TestRunCheck_Noop(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		noop     types.Bool
		supports bool
		fails    bool
	}{
		"not asked for": {types.BoolNull(), false, false}, "off": {types.BoolValue(false), false, false}, "unknown": {types.BoolUnknown(), false, false},
		"asked for": {types.BoolValue(true), false, true}, "supported": {types.BoolValue(true), true, false},
	} {
		check, diags := checkOf(nil, nil)
		check.Run.Noop, check.signature.supportsNoop = test.noop, test.supports
		if check.noop(); diags.HasError() != test.fails {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

func TestHideSecrets(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor()
	given := map[string]givenParam{
		"name": {attribute: "params", value: "httpd"}, "pin": {attribute: "params", value: "in clear"}, "key": {attribute: sensitiveAttribute, value: []any{"open sesame"}},
		"nodes": {attribute: "query_params", value: puppettype.Unknown{}},
	}
	got := hideSecrets(redactor, given, signature{parameters: packageParameters()})
	if want := map[string]bool{"params": true, "sensitive_params": true}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if text := redactor.Text("httpd, in clear, open sesame"); text != "httpd, (redacted), (redacted)" {
		t.Errorf("got %q", text)
	}
	delete(given, "pin")
	if got := hideSecrets(redactor, given, signature{parameters: packageParameters()}); got["params"] || !got["sensitive_params"] {
		t.Errorf("without a secret in clear: got %v", got)
	}
}

func TestAddressable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"facts": true, "facts::info": true, "facts::sub::info": false, "a::b::c::d": false} {
		if got := addressable(metadataKey{kind: RunsPlan, environment: "production", name: name}); got != want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestAbsent(t *testing.T) {
	t.Parallel()
	key := metadataKey{kind: RunsPlan, environment: "testing", name: "canary"}
	for want, err := range map[string]error{
		`There is no environment "testing"`:                  &httpapi.Error{Status: 404, Kind: "puppetlabs.orchestrator/unknown-environment"},
		`There is no plan "canary" in environment "testing"`: &httpapi.Error{Status: 404, Kind: "puppetlabs.orchestrator/unknown-plan"},
	} {
		if got := absent(key, err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMetadata_Listen(t *testing.T) {
	t.Parallel()
	down := &httpapi.Error{Status: 503}
	for name, test := range map[string]struct {
		err    error
		silent bool
	}{
		"an answer": {nil, false}, "not there": {&httpapi.Error{Status: 404}, false}, "forbidden": {&httpapi.Error{Status: 403}, false},
		"down": {down, true}, "no connection": {&httpapi.ConnectionError{Err: errors.New("refused")}, true},
	} {
		var m Metadata
		m.listen(test.err)
		if got := m.silence(); (got != nil) != test.silent {
			t.Errorf("%s: got %v", name, got)
		}
	}
	var m Metadata
	for trouble, want := range map[string]bool{"token": true, "metadata": true} {
		if first, again := m.first(trouble), m.first(trouble); first != want || again {
			t.Errorf("%s: got %v, then %v", trouble, first, again)
		}
	}
}

func TestOfEnvironment(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "", "testing": ` of environment "testing"`} {
		if got := OfEnvironment(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestAddSecrets(t *testing.T) {
	t.Parallel()
	redactor := httpapi.NewRedactor()
	value, err := tfvalue.ToGo(ast(t, `{"text":"hunter2","list":["sesame",{"deep":"rumpelstiltskin"}],"number":471147,"yes":true,"none":null}`))
	if err != nil {
		t.Fatal(err)
	}
	addSecrets(redactor, value)
	if got := redactor.Text("hunter2 sesame rumpelstiltskin 471147 true null"); got != "(redacted) (redacted) (redacted) (redacted) true null" {
		t.Errorf("got %q", got)
	}
}

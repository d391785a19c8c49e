// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// faults returns the attributes that diagnostics are bound to, "" for those that are bound to none.
func faults(diags diag.Diagnostics) (attributes []string) {
	for _, d := range diags {
		at := ""
		if bound, ok := d.(diag.DiagnosticWithPath); ok {
			at = bound.Path().String()
		}
		attributes = append(attributes, at)
	}
	return attributes
}

func TestAgentEnforce_IsOffWithoutAnEnvironment(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for name, test := range map[string]struct {
		environment string
		enforce     types.Bool
		want        *bool
	}{
		"nothing said":                 {"production", types.BoolNull(), nil},
		"yes":                          {"production", types.BoolValue(true), &yes},
		"no":                           {"production", types.BoolValue(false), &no},
		"no environment, nothing said": {"", types.BoolNull(), &no},
		"no environment, no":           {"", types.BoolValue(false), &no},
	} {
		got := AgentModel{EnforceEnvironment: test.enforce}.Enforce(types.StringValue(test.environment))
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestAgent_Validate(t *testing.T) {
	t.Parallel()
	text := types.StringValue
	yes, no, unknown, null := types.BoolValue(true), types.BoolValue(false), types.BoolUnknown(), types.BoolNull()
	for name, test := range map[string]struct {
		environment           types.String
		noop, noNoop, enforce types.Bool
		noScope               bool
		want                  []string
	}{
		"an environment":                      {text("production"), null, null, null, true, nil},
		"noop":                                {text("production"), yes, null, null, true, nil},
		"no_noop":                             {text("production"), null, yes, null, true, nil},
		"both":                                {text("production"), yes, yes, null, true, []string{"no_noop"}},
		"both, one of them off":               {text("production"), yes, no, null, true, nil},
		"noop is not known":                   {text("production"), unknown, yes, null, true, nil},
		"no environment":                      {text(""), null, null, no, false, nil},
		"no environment, enforced":            {text(""), null, null, yes, false, []string{"enforce_environment"}},
		"no environment, enforced by default": {text(""), null, null, null, false, nil},
		"no environment, enforced, unknown":   {text(""), null, null, unknown, false, nil},
		"no environment and no scope":         {text(""), null, null, no, true, []string{"scope"}},
		"everything":                          {text(""), yes, yes, yes, true, []string{"no_noop", "enforce_environment", "scope"}},
		"environment is not known":            {types.StringUnknown(), null, null, yes, true, nil},
		"environment is null":                 {types.StringNull(), null, null, yes, true, nil},
	} {
		var diags diag.Diagnostics
		AgentModel{NoNoop: test.noNoop, EnforceEnvironment: test.enforce}.Validate(test.environment, test.noop, test.noScope, &diags)
		if got := faults(diags); !slices.Equal(got, test.want) {
			t.Errorf("%s: got errors at %v, want %v", name, got, test.want)
		}
	}
}

// agentOptions returns options in which each attribute of the agent has a value, or none has.
func agentOptions(t *testing.T, flags bool, number int64, text string) orchestrator.JobOptions {
	t.Helper()
	options := orchestrator.JobOptions{}
	model := reflect.TypeFor[AgentModel]()
	for i := range model.NumField() {
		var value any = flags
		switch model.Field(i).Type {
		case reflect.TypeFor[types.Int64]():
			value = number
		case reflect.TypeFor[types.String]():
			value = text
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		options[model.Field(i).Tag.Get("tfsdk")] = encoded
	}
	return options
}

// agentModel returns a model in which each attribute has a value.
func agentModel(flags types.Bool, numbers types.Int64, texts types.String) (m AgentModel) {
	value := reflect.ValueOf(&m).Elem()
	for i := range value.NumField() {
		switch value.Field(i).Interface().(type) {
		case types.Bool:
			value.Field(i).Set(reflect.ValueOf(flags))
		case types.Int64:
			value.Field(i).Set(reflect.ValueOf(numbers))
		case types.String:
			value.Field(i).Set(reflect.ValueOf(texts))
		}
	}
	return m
}

func TestAgent_InputsAreItsAttributes(t *testing.T) {
	t.Parallel()
	var names []string
	model := reflect.TypeFor[AgentModel]()
	for i := range model.NumField() {
		names = append(names, model.Field(i).Tag.Get("tfsdk"))
	}
	if !slices.Equal(names, AgentInputs) {
		t.Errorf("the inputs are %v, and the attributes %v", AgentInputs, names)
	}
	for name := range AgentAttributes(RunsAgain) {
		if !slices.Contains(names, name) {
			t.Errorf("%s is in the schema only", name)
		}
	}
}

func TestAgent_Report(t *testing.T) {
	t.Parallel()
	unset := agentModel(types.BoolNull(), types.Int64Null(), types.StringNull())
	on := agentModel(types.BoolValue(true), types.Int64Value(7), types.StringValue("x"))
	off := agentModel(types.BoolValue(false), types.Int64Value(8), types.StringValue("y"))
	onButEnforced := on
	onButEnforced.EnforceEnvironment = types.BoolNull()
	unsetButEnforced := agentModel(types.BoolNull(), types.Int64Value(8), types.StringNull())
	unsetButEnforced.EnforceEnvironment = types.BoolValue(false)
	for name, test := range map[string]struct {
		prior    AgentModel
		reported orchestrator.JobOptions
		want     AgentModel
	}{
		"nothing is told, nothing set":           {unset, nil, unset},
		"nothing is told, all set":               {on, nil, on},
		"all is told, nothing set":               {unset, agentOptions(t, true, 7, "x"), onButEnforced},
		"all is told as it was set":              {on, agentOptions(t, true, 7, "x"), on},
		"all is told in another way":             {off, agentOptions(t, true, 7, "x"), on},
		"off is told, nothing set":               {unset, agentOptions(t, false, 8, ""), unsetButEnforced},
		"off is told, on was set":                {on, agentOptions(t, false, 8, "y"), off},
		"texts that are not told stay as before": {off, agentOptions(t, false, 8, ""), off},
	} {
		got := test.prior
		if got.Report(test.reported, "production"); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestImportedAgent(t *testing.T) {
	t.Parallel()
	unset := agentModel(types.BoolNull(), types.Int64Null(), types.StringNull())
	on := agentModel(types.BoolValue(true), types.Int64Value(7), types.StringValue("x"))
	on.EnforceEnvironment = types.BoolNull()
	off := agentModel(types.BoolNull(), types.Int64Value(0), types.StringNull())
	off.EnforceEnvironment = types.BoolValue(false)
	for name, test := range map[string]struct {
		reported orchestrator.JobOptions
		want     AgentModel
	}{
		"nothing is told": {nil, unset},
		"all is on":       {agentOptions(t, true, 7, "x"), on},
		"all is off":      {agentOptions(t, false, 0, ""), off},
	} {
		if got := ImportedAgent(test.reported, "production"); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestAgent_Flags(t *testing.T) {
	t.Parallel()
	encode := func(flags orchestrator.AgentFlags) string {
		text, err := json.Marshal(flags)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got := encode(AgentModel{}.Flags(types.BoolNull())); got != "{}" {
		t.Errorf("nothing is set: got %s", got)
	}
	got := encode(agentModel(types.BoolValue(false), types.Int64Value(0), types.StringValue("x")).Flags(types.BoolValue(false)))
	for _, name := range append([]string{"noop"}, AgentInputs...) {
		// These two are arguments of the command beside the flags.
		if want := name != "concurrency" && name != "enforce_environment"; strings.Contains(got, `"`+name+`":`) != want {
			t.Errorf("%s is sent: %v", name, !want)
		}
	}
}

// TestAgentReport_ExpectsNoneToBeEnforced has an empty environment, which is never enforced, so that nobody has to say so.
func TestAgentReport_ExpectsNoneToBeEnforced(t *testing.T) {
	t.Parallel()
	told := agentOptions(t, false, 8, "")
	var agent AgentModel
	agent.Report(told, "")
	if imported := ImportedAgent(told, ""); !agent.EnforceEnvironment.IsNull() || !imported.EnforceEnvironment.IsNull() {
		t.Errorf("reported %s, imported %s", agent.EnforceEnvironment, imported.EnforceEnvironment)
	}
	agent.EnforceEnvironment = types.BoolValue(true)
	if agent.Report(told, ""); agent.EnforceEnvironment.ValueBool() {
		t.Error("what is not enforced is reported as enforced")
	}
}

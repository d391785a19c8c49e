// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// TestSchemas_AreDocumented reads the schemas as a CLI does: they must be valid, and everything in them must be described.
func TestSchemas_AreDocumented(t *testing.T) {
	t.Parallel()
	answer := schemasOf(t)
	for _, d := range answer.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	describe(t, "provider", answer.Provider.Block)
	for _, schemas := range []map[string]*tfprotov6.Schema{answer.ResourceSchemas, answer.DataSourceSchemas, answer.EphemeralResourceSchemas} {
		for name, schema := range schemas {
			if !strings.HasPrefix(name, pe.TypeName+"_") {
				t.Errorf("%s does not begin with the name of the provider", name)
			}
			describe(t, name, schema.Block)
		}
	}
	for name, action := range answer.ActionSchemas {
		describe(t, "action."+name, action.Schema.Block)
	}
	for name, f := range answer.Functions {
		sentences(t, name, f.Summary)
		sentences(t, name, f.Description)
		for _, parameter := range f.Parameters {
			sentences(t, name+"("+parameter.Name+")", parameter.Description)
		}
	}
	if len(answer.Functions) == 0 {
		t.Error("there are no functions")
	}
	if len(answer.ResourceSchemas) == 0 || len(answer.DataSourceSchemas) == 0 {
		t.Error("there is nothing in the provider")
	}
}

func describe(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if at != "provider" || block.Description == "" {
		sentences(t, at, block.Description)
	}
	for _, attribute := range block.Attributes {
		describeAttribute(t, at+"."+attribute.Name, attribute)
	}
	for _, nested := range block.BlockTypes {
		describe(t, at+"."+nested.TypeName, nested.Block)
	}
}

func describeAttribute(t *testing.T, at string, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	sentences(t, at, attribute.Description)
	if attribute.NestedType == nil {
		return
	}
	for _, nested := range attribute.NestedType.Attributes {
		describeAttribute(t, at+"."+nested.Name, nested)
	}
}

// sentences checks that a description is made of whole sentences.
func sentences(t *testing.T, at, description string) {
	t.Helper()
	switch {
	case description == "":
		t.Errorf("%s has no description", at)
	case !strings.HasSuffix(description, "."):
		t.Errorf("the description of %s ends without a full stop: %q", at, description)
	case strings.Contains(strings.ReplaceAll(description, "\n  - ", "\n- "), "  "): // keys of objects are a list below the attribute
		t.Errorf("the description of %s has two spaces in a row: %q", at, description)
	}
}

// TestSchemas_ChangesAreDescribed checks that the description of every argument of a job or schedule says what a change does.
func TestSchemas_ChangesAreDescribed(t *testing.T) {
	t.Parallel()
	answer := schemasOf(t)
	effects := []string{"A change ", "change `sensitive_params_version`", "Terraform cannot see a change"}
	for name, schema := range answer.ResourceSchemas {
		for _, attribute := range schema.Block.Attributes {
			if attribute.Computed && !attribute.Optional {
				continue
			}
			if !slices.ContainsFunc(effects, func(effect string) bool { return strings.Contains(attribute.Description, effect) }) {
				t.Errorf("%s.%s does not say what a change does: %q", name, attribute.Name, attribute.Description)
			}
		}
	}
}

// saysDefault matches descriptions that name the default of an argument, or say that it is required.
var saysDefault = regexp.MustCompile(`(?i)\bdefault\b|\bwithout (it|one|either|them|a)\b|\bleft out\b|\bexactly one of\b|\beither (it|this)\b|\binstead of\b|\bneeded with\b|\bneeds .client_key_file`)

// TestSchemas_DefaultsAreDescribed checks that the description of every optional argument names its default.
func TestSchemas_DefaultsAreDescribed(t *testing.T) {
	t.Parallel()
	schemas := schemasOf(t)
	defaultsOf(t, "provider", schemas.Provider.Block)
	for _, kind := range []map[string]*tfprotov6.Schema{schemas.ResourceSchemas, schemas.DataSourceSchemas, schemas.EphemeralResourceSchemas} {
		for name, schema := range kind {
			defaultsOf(t, name, schema.Block)
		}
	}
	for name, action := range schemas.ActionSchemas {
		defaultsOf(t, "action."+name, action.Schema.Block)
	}
}

// TestSchemas_ActionsSpeakOfNoState checks that no description of an action is about what only a resource has.
func TestSchemas_ActionsSpeakOfNoState(t *testing.T) {
	t.Parallel()
	schemas := schemasOf(t)
	for name, action := range schemas.ActionSchemas {
		for _, attribute := range action.Schema.Block.Attributes {
			for _, word := range []string{"A change", "triggers", "on_destroy", "the state", "again with", "`state`", "sensitive_params_version", "capture_results"} {
				if strings.Contains(attribute.Description, word) {
					t.Errorf("action.%s.%s speaks of %q: %q", name, attribute.Name, word, attribute.Description)
				}
			}
		}
	}
	if len(schemas.ActionSchemas) != 6 {
		t.Errorf("there are %d actions", len(schemas.ActionSchemas))
	}
}

// TestSchemas_ActionsTakeWhatResourcesTake compares the arguments of each action with those of the resource that runs the same.
func TestSchemas_ActionsTakeWhatResourcesTake(t *testing.T) {
	t.Parallel()
	schemas := schemasOf(t)
	ofStates := []string{"triggers", "on_destroy", "sensitive_params_version", "capture_results"}
	for _, name := range []string{"pe_deploy", "pe_task", "pe_plan_run"} {
		want := []string{"on_interrupt"}
		for _, attribute := range schemas.ResourceSchemas[name].Block.Attributes {
			if (attribute.Optional || attribute.Required) && !slices.Contains(ofStates, attribute.Name) {
				want = append(want, attribute.Name)
			}
		}
		var got []string
		for _, attribute := range schemas.ActionSchemas[name].Schema.Block.Attributes {
			got = append(got, attribute.Name)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("the action %s takes %q, want %q", name, got, want)
		}
	}
}

func defaultsOf(t *testing.T, at string, block *tfprotov6.SchemaBlock) {
	t.Helper()
	attributeDefaults(t, at, "", block.Attributes)
	for _, nested := range block.BlockTypes {
		defaultsOf(t, at+"."+nested.TypeName, nested.Block)
	}
}

// attributeDefaults checks nested attributes, whose parent's description may say that exactly one of them is set.
func attributeDefaults(t *testing.T, at, parent string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		oneOf := strings.Contains(parent, "exactly one of") && strings.Contains(parent, "`"+attribute.Name+"`")
		if attribute.Optional && !oneOf && !saysDefault.MatchString(attribute.Description) {
			t.Errorf("%s.%s does not say what holds without it: %q", at, attribute.Name, attribute.Description)
		}
		if attribute.NestedType != nil {
			attributeDefaults(t, at+"."+attribute.Name, attribute.Description, attribute.NestedType.Attributes)
		}
	}
}

// TestDataSources_NameFiltersAndResultsApart looks at every list that a data source takes. Who iterates over a filter that is not set gets
// "Iteration over null value", so none has a name under which results are looked for.
func TestDataSources_NameFiltersAndResultsApart(t *testing.T) {
	t.Parallel()
	answer := schemasOf(t)
	filters := 0
	for name, schema := range answer.DataSourceSchemas {
		for _, attribute := range schema.Block.Attributes {
			isList := attribute.NestedType != nil || attribute.Type.Is(tftypes.List{}) || attribute.Type.Is(tftypes.Set{}) || attribute.Type.Is(tftypes.Map{})
			if !attribute.Optional || attribute.Computed || !isList {
				continue
			}
			filters++
			if !strings.HasPrefix(attribute.Name, "only_") && attribute.Name != "states" {
				t.Errorf("%s: the filter %s may be taken for a result: call it only_%s", name, attribute.Name, attribute.Name)
			}
		}
	}
	if filters < 3 {
		t.Errorf("%d filters were found", filters)
	}
}

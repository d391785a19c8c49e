// SPDX-License-Identifier: MPL-2.0

package schemajson_test

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/schemajson"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// newer are the keys that older CLIs do not print.
var newer = []string{
	"ephemeral_resource_schemas", "functions", "resource_identity_schemas", "action_schemas", "list_resource_schemas", "state_store_schemas",
	"write_only", "deprecation_message",
}

// TestMarshal_IsWhatTheCLIPrints compares the schemas of this provider with those that the CLI of this machine prints. Ours may have more,
// of what is newer than that CLI.
func TestMarshal_IsWhatTheCLIPrints(t *testing.T) {
	t.Parallel()
	c := acctest.NewCLI(t, acctest.New(t), "")
	printed := decode(t, []byte(c.MustRun(t, "providers", "schema", "-json")))
	if len(printed.Providers) != 1 {
		t.Fatalf("the CLI prints the schemas of %d providers", len(printed.Providers))
	}
	server, err := provider.Server("test", provider.Machine{})()
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range printed.Providers {
		ours, err := schemajson.Marshal(context.WithoutCancel(t.Context()), server, address)
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, ours)
		if got.FormatVersion != printed.FormatVersion {
			t.Errorf("the version of the format is %s, want %s", got.FormatVersion, printed.FormatVersion)
		}
		compare(t, address, got.Providers[address], want)
	}
}

type document struct {
	FormatVersion string         `json:"format_version"`
	Providers     map[string]any `json:"provider_schemas"`
}

func decode(t *testing.T, text []byte) (decoded document) {
	t.Helper()
	if err := json.Unmarshal(text, &decoded); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return decoded
}

// compare compares two values of JSON, member by member.
func compare(t *testing.T, at string, got, want any) {
	t.Helper()
	ours, isObject := got.(map[string]any)
	theirs, wantObject := want.(map[string]any)
	if !isObject || !wantObject {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", at, got, want)
		}
		return
	}
	for name := range maps.Keys(ours) {
		if _, there := theirs[name]; !there && !slices.Contains(newer, name) {
			t.Errorf("%s has %s, which the CLI does not print", at, name)
		}
	}
	for name, value := range theirs {
		compare(t, at+"."+name, ours[name], value)
	}
}

// small is a provider that has one of everything.
type small struct {
	tfprotov6.ProviderServer
	diagnostics []*tfprotov6.Diagnostic
}

func oneAttribute(attribute *tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	return &tfprotov6.Schema{Version: 2, Block: &tfprotov6.SchemaBlock{Description: "A block.", Attributes: []*tfprotov6.SchemaAttribute{attribute}}}
}

// GetProviderSchema implements [tfprotov6.ProviderServer].
func (s small) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	list := tftypes.List{ElementType: tftypes.String}
	secret := &tfprotov6.SchemaAttribute{Name: "secret", Type: tftypes.String, Optional: true, Sensitive: true, WriteOnly: true, Deprecated: true}
	return &tfprotov6.GetProviderSchemaResponse{
		Diagnostics: s.diagnostics,
		ActionSchemas: map[string]*tfprotov6.ActionSchema{"pe_act": {Schema: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{
			BlockTypes: []*tfprotov6.SchemaNestedBlock{{
				TypeName: "timeouts", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 3, Block: oneAttribute(secret).Block,
			}},
		}}}},
		ListResourceSchemas: map[string]*tfprotov6.Schema{"pe_list": oneAttribute(&tfprotov6.SchemaAttribute{
			Name: "filter", Required: true, Computed: true, Description: "`filter`.", DescriptionKind: tfprotov6.StringKindMarkdown,
			NestedType: &tfprotov6.SchemaObject{Nesting: tfprotov6.SchemaObjectNestingModeMap, Attributes: []*tfprotov6.SchemaAttribute{
				{Name: "names", Type: list, Required: true},
			}},
		})},
		Functions: map[string]*tfprotov6.Function{"f": {
			Summary: "A function.", Description: "What it does.", DeprecationMessage: "Use g.",
			Parameters:        []*tfprotov6.FunctionParameter{{Name: "any", Type: tftypes.DynamicPseudoType, AllowNullValue: true, Description: "One."}},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: list},
			Return:            &tfprotov6.FunctionReturn{Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"n": tftypes.Number}}},
		}},
	}, nil
}

// GetResourceIdentitySchemas implements [tfprotov6.ProviderServer].
func (small) GetResourceIdentitySchemas(
	context.Context,
	*tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"pe_thing": {
		Version: 1,
		IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
			{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "The id."},
			{Name: "zone", Type: tftypes.String, OptionalForImport: true},
		},
	}}}, nil
}

// TestMarshal_HasWhatOlderCLIsLeaveOut has everything that the CLI of this machine may not know, in the form that Terraform 1.16 has.
func TestMarshal_HasWhatOlderCLIsLeaveOut(t *testing.T) {
	t.Parallel()
	const want = `{
		"format_version": "1.0",
		"provider_schemas": {"example.com/pe": {
			"provider": {"version": 0},
			"action_schemas": {"pe_act": {"block": {
				"description_kind": "plain",
				"block_types": {"timeouts": {"nesting_mode": "list", "min_items": 1, "max_items": 3, "block": {
					"description": "A block.",
					"description_kind": "plain",
					"attributes": {"secret": {
						"type": "string", "description_kind": "plain", "optional": true, "sensitive": true, "write_only": true, "deprecated": true
					}}
				}}}
			}}},
			"list_resource_schemas": {"pe_list": {"version": 2, "block": {
				"description": "A block.",
				"description_kind": "plain",
				"attributes": {"filter": {
					"nested_type": {"nesting_mode": "map", "attributes": {
						"names": {"type": ["list", "string"], "description_kind": "plain", "required": true}
					}},
					"description": "` + "`filter`" + `.", "description_kind": "markdown", "required": true, "computed": true
				}}
			}}},
			"functions": {"f": {
				"summary": "A function.",
				"description": "What it does.",
				"deprecation_message": "Use g.",
				"return_type": ["object", {"n": "number"}],
				"parameters": [{"name": "any", "description": "One.", "is_nullable": true, "type": "dynamic"}],
				"variadic_parameter": {"name": "more", "type": ["list", "string"]}
			}},
			"resource_identity_schemas": {"pe_thing": {"version": 1, "attributes": {
				"id": {"type": "string", "description": "The id.", "required_for_import": true},
				"zone": {"type": "string", "optional_for_import": true}
			}}}
		}}
	}`
	got, err := schemajson.Marshal(t.Context(), small{}, "example.com/pe")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(decode(t, got), decode(t, []byte(want))) {
		t.Errorf("got\n%s", got)
	}
}

// TestMarshal_FailsWithTheProvider has a provider whose schema is wrong, of which nothing may be documented.
func TestMarshal_FailsWithTheProvider(t *testing.T) {
	t.Parallel()
	server := small{diagnostics: []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Careful"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Wrong schema", Detail: "It has a hole.\n"},
	}}
	got, err := schemajson.Marshal(t.Context(), server, "example.com/pe")
	if err == nil || err.Error() != "Wrong schema: It has a hole." {
		t.Errorf("got %s, %v", got, err)
	}
}

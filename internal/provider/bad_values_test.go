// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
)

// blamed are texts with which the framework takes the blame for a configuration that nobody has checked before it.
var blamed = []string{
	"always an error in the provider", "always a problem with the provider", "to the provider developer", "Value Conversion Error",
	"unexpected error",
}

// anyAttribute is an attribute of a schema of any kind.
type anyAttribute interface {
	GetType() attr.Type
	IsOptional() bool
	IsRequired() bool
}

// anySchema is a schema of the provider: how a configuration of it is validated and, of a resource, planned.
type anySchema struct {
	kind       tftypes.Object
	attributes map[string]anyAttribute
	validate   func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
	plan       func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
}

// fault is a value that no attribute of a type can take. needsError is false where it may be all right.
type fault struct {
	name       string
	value      tftypes.Value
	needsError bool
}

// acceptsNulls are the collections in which null is a value like any other.
var acceptsNulls = []string{"triggers"}

// TestBadValues_AreRefusedAtTheirAttribute gives every collection of every schema a null element, every whole number a fraction, and
// every number one that no computer can hold. None of them may end in a text in which the framework blames the provider.
func TestBadValues_AreRefusedAtTheirAttribute(t *testing.T) {
	t.Parallel()
	tried := 0
	for name, schema := range allSchemas(t, configuredServer(t)) {
		for _, attribute := range slices.Sorted(maps.Keys(schema.attributes)) {
			for _, f := range append(faultsIn(t, schema.attributes[attribute].GetType()), faultsOfObjects(t)[attribute]...) {
				tried++
				t.Run(name+" "+attribute+" "+f.name, func(t *testing.T) {
					t.Parallel()
					diagnostics := schema.validate(schema.config(t, attribute, f.value, nil))
					blamesNobody(t, diagnostics)
					if f.needsError && !slices.Contains(acceptsNulls, attribute) && !refusedAt(diagnostics, attribute) {
						t.Errorf("%s was accepted, or the error is not bound to the attribute: %s", f.value, inWords(diagnostics))
					}
				})
			}
		}
	}
	if tried < 80 {
		t.Errorf("only %d values were tried", tried)
	}
}

// TestUnknownElements_ArePlanned plans every collection of every resource with an element that is not known yet.
func TestUnknownElements_ArePlanned(t *testing.T) {
	t.Parallel()
	for name, schema := range allSchemas(t, configuredServer(t)) {
		for _, attribute := range slices.Sorted(maps.Keys(schema.attributes)) {
			for _, value := range unknownsIn(t, schema.attributes[attribute].GetType()) {
				t.Run(name+" "+attribute, func(t *testing.T) {
					t.Parallel()
					config := schema.config(t, attribute, value, tftypes.UnknownValue)
					blamesNobody(t, schema.validate(config))
					if schema.plan != nil {
						blamesNobody(t, schema.plan(config))
					}
				})
			}
		}
	}
}

func blamesNobody(t *testing.T, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		for _, text := range blamed {
			if strings.Contains(d.Summary+d.Detail, text) {
				t.Errorf("%s: %s", d.Summary, d.Detail)
			}
		}
	}
}

// refusedAt reports whether there is an error that is bound to an attribute or something in it.
func refusedAt(diagnostics []*tfprotov6.Diagnostic, attribute string) bool {
	return slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityError && d.Attribute != nil && len(d.Attribute.Steps()) > 0 &&
			d.Attribute.Steps()[0] == tftypes.AttributeName(attribute) && d.Summary != "Missing Configuration for Required Attribute"
	})
}

func inWords(diagnostics []*tfprotov6.Diagnostic) string {
	var texts []string
	for _, d := range diagnostics {
		texts = append(texts, d.Attribute.String()+": "+d.Summary+": "+d.Detail)
	}
	return strings.Join(texts, "\n")
}

// faultsIn returns bad values of a type. In an object, one attribute at a time is bad and the others are null.
func faultsIn(t *testing.T, kind attr.Type) (faults []fault) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	wire := kind.TerraformType(ctx)
	number := func(text string) tftypes.Value {
		parsed, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return tftypes.NewValue(tftypes.Number, parsed)
	}
	switch kind := kind.(type) {
	case basetypes.Int64Typable:
		faults = append(faults, fault{"a fraction", number("1.5"), true}, fault{"too large", number("1e400"), true})
	case basetypes.Float64Typable:
		faults = append(faults, fault{"too large", number("1e400"), true})
	case attr.TypeWithElementType:
		element := kind.ElementType()
		null := fault{"a null element", tftypes.NewValue(element.TerraformType(ctx), nil), true}
		for _, inner := range append(faultsIn(t, element), null) {
			faults = append(faults, fault{inner.name, collectionOf(wire, inner.value), inner.needsError})
		}
	case attr.TypeWithAttributeTypes:
		for name, attribute := range kind.AttributeTypes() {
			for _, inner := range faultsIn(t, attribute) {
				faults = append(faults, fault{name + " " + inner.name, objectOf(wire, name, inner.value), inner.needsError})
			}
		}
	}
	return faults
}

// faultsOfObjects are bad values of attributes that take objects whose keys the provider checks itself.
func faultsOfObjects(t *testing.T) map[string][]fault {
	t.Helper()
	text := func(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	null := tftypes.NewValue(tftypes.String, nil)
	tuple := func(elements ...tftypes.Value) tftypes.Value {
		kinds := make([]tftypes.Type, len(elements))
		for i, element := range elements {
			kinds[i] = element.Type()
		}
		return tftypes.NewValue(tftypes.Tuple{ElementTypes: kinds}, elements)
	}
	object := func(members map[string]tftypes.Value) tftypes.Value {
		kinds := map[string]tftypes.Type{}
		for name, member := range members {
			kinds[name] = member.Type()
		}
		return tftypes.NewValue(tftypes.Object{AttributeTypes: kinds}, members)
	}
	target := func(name string, value tftypes.Value) tftypes.Value {
		members := map[string]tftypes.Value{"hostnames": tuple(text("a")), "user": text("u"), "transport": text("ssh"), "password": text("p")}
		members[name] = value
		return tuple(object(members))
	}
	number := func(value float64) tftypes.Value { return tftypes.NewValue(tftypes.Number, value) }
	userdata := []fault{
		{"a null", object(map[string]tftypes.Value{"key": null}), true},
		{"a list", tuple(text("a")), true},
		{"the key of the provider", object(map[string]tftypes.Value{"terraform_request_id": text("a")}), true},
	}
	return map[string][]fault{
		"scope": {
			{"nodes with a null", object(map[string]tftypes.Value{"nodes": tuple(text("a"), null)}), true},
			{"a typing error beside nodes", object(map[string]tftypes.Value{"nodes": tuple(text("a")), "nodegroup": text("b")}), true},
			{"a null typing error beside nodes", object(map[string]tftypes.Value{"nodes": tuple(text("a")), "nodegroup": null}), true},
			{"a list", tuple(text("a")), true},
		},
		"targets": {
			{"a null element", tuple(object(map[string]tftypes.Value{}), null), true},
			{"an object alone", object(map[string]tftypes.Value{"user": text("u")}), true},
			{"hostnames with a null", target("hostnames", tuple(null)), true},
			{"a port with a fraction", target("port", number(22.5)), true},
			{"a port that is too large", target("port", number(1e300)), true},
			{"a time that is too large", target("connect_timeout", number(1e300)), true},
			{"a typing error", target("runas", text("root")), true},
		},
		"userdata": userdata, "default_userdata": userdata,
		"permissions": {
			{"a typing error", tftypes.NewValue(tftypes.Set{ElementType: tftypes.Map{ElementType: tftypes.String}}, []tftypes.Value{
				tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{
					"object_type": text("tasks"), "action": text("run"), "instance": text("*"), "instances": text("facts"),
				}),
			}), true},
		},
	}
}

// unknownsIn returns values of a type with something in them that is not known yet.
func unknownsIn(t *testing.T, kind attr.Type) (values []tftypes.Value) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	wire := kind.TerraformType(ctx)
	switch kind := kind.(type) {
	case attr.TypeWithElementType:
		unknown := tftypes.NewValue(kind.ElementType().TerraformType(ctx), tftypes.UnknownValue)
		for _, inner := range append(unknownsIn(t, kind.ElementType()), unknown) {
			values = append(values, collectionOf(wire, inner))
		}
	case attr.TypeWithAttributeTypes:
		for name, attribute := range kind.AttributeTypes() {
			for _, inner := range unknownsIn(t, attribute) {
				values = append(values, objectOf(wire, name, inner))
			}
		}
	}
	return values
}

func collectionOf(kind tftypes.Type, element tftypes.Value) tftypes.Value {
	if kind.Is(tftypes.Map{}) {
		return tftypes.NewValue(kind, map[string]tftypes.Value{"key": element})
	}
	return tftypes.NewValue(kind, []tftypes.Value{element})
}

func objectOf(kind tftypes.Type, name string, value tftypes.Value) tftypes.Value {
	object, _ := kind.(tftypes.Object)
	values := map[string]tftypes.Value{}
	for attribute, kind := range object.AttributeTypes {
		values[attribute] = tftypes.NewValue(kind, nil)
	}
	values[name] = value
	return tftypes.NewValue(kind, values)
}

// config is a configuration with one attribute. rest is what the required ones beside it are.
func (s anySchema) config(t *testing.T, name string, value tftypes.Value, rest any) *tfprotov6.DynamicValue {
	t.Helper()
	values := map[string]tftypes.Value{}
	for attribute, kind := range s.kind.AttributeTypes {
		values[attribute] = tftypes.NewValue(kind, nil)
		if known, ok := s.attributes[attribute]; ok && known.IsRequired() {
			values[attribute] = tftypes.NewValue(kind, rest)
		}
	}
	values[name] = value
	config, err := tfprotov6.NewDynamicValue(s.kind, tftypes.NewValue(s.kind, values))
	if err != nil {
		t.Fatal(err)
	}
	return &config
}

// configuredServer is a provider that is connected to a simulated PE.
func configuredServer(t *testing.T) tfprotov6.ProviderServer {
	t.Helper()
	h := acctest.New(t)
	server, err := h.Factories()["pe"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(acctest.Ctx(t), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	kind, _ := schemas.Provider.ValueType().(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attribute := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	for name, text := range map[string]string{
		"server_url": h.ServerURL(), "rbac_url": h.RBACURL(), "puppetdb_url": h.PuppetDBURL(), "code_manager_url": h.CodeManagerURL(), "token": h.AdminToken(), "ca_cert_pem": string(h.CACertPEM()),
	} {
		values[name] = tftypes.NewValue(tftypes.String, text)
	}
	config, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.ConfigureProvider(acctest.Ctx(t), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.11.0", Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range answer.Diagnostics {
		t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
	return server
}

// allSchemas are the schemas of the provider block, the resources, the data sources and the ephemeral resources.
func allSchemas(t *testing.T, server tfprotov6.ProviderServer) map[string]anySchema {
	t.Helper()
	ctx := acctest.Ctx(t)
	wire, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]anySchema{}
	add := func(name string, schema *tfprotov6.Schema, attributes map[string]anyAttribute) *anySchema {
		kind, ok := schema.ValueType().(tftypes.Object)
		if !ok {
			t.Fatalf("%s is no object", name)
		}
		maps.DeleteFunc(attributes, func(_ string, a anyAttribute) bool { return !a.IsOptional() && !a.IsRequired() })
		return &anySchema{kind: kind, attributes: attributes}
	}
	instance := provider.New("test", provider.ThisMachine())()
	var block frameworkprovider.SchemaResponse
	instance.Schema(ctx, frameworkprovider.SchemaRequest{}, &block)
	s := add("provider", wire.Provider, attributesOf(block.Schema.Attributes))
	s.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
		answer, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
		return append(answer.Diagnostics, failure(err)...)
	}
	all["provider"] = *s
	for _, construct := range instance.Resources(ctx) {
		var named resource.MetadataResponse
		var described resource.SchemaResponse
		construct().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "pe"}, &named)
		construct().Schema(ctx, resource.SchemaRequest{}, &described)
		s := add(named.TypeName, wire.ResourceSchemas[named.TypeName], attributesOf(described.Schema.Attributes))
		s.validate, s.plan = resourceCalls(t, server, named.TypeName, s.kind)
		all[named.TypeName] = *s
	}
	for _, construct := range instance.DataSources(ctx) {
		var named datasource.MetadataResponse
		var described datasource.SchemaResponse
		construct().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "pe"}, &named)
		construct().Schema(ctx, datasource.SchemaRequest{}, &described)
		s := add(named.TypeName, wire.DataSourceSchemas[named.TypeName], attributesOf(described.Schema.Attributes))
		s.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			answer, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: named.TypeName, Config: config})
			return append(answer.Diagnostics, failure(err)...)
		}
		all["data."+named.TypeName] = *s
	}
	withEphemerals, ok := instance.(frameworkprovider.ProviderWithEphemeralResources)
	if !ok {
		t.Fatal("the provider has no ephemeral resources")
	}
	for _, construct := range withEphemerals.EphemeralResources(ctx) {
		var named ephemeral.MetadataResponse
		var described ephemeral.SchemaResponse
		construct().Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: "pe"}, &named)
		construct().Schema(ctx, ephemeral.SchemaRequest{}, &described)
		s := add(named.TypeName, wire.EphemeralResourceSchemas[named.TypeName], attributesOf(described.Schema.Attributes))
		s.validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
			answer, err := server.ValidateEphemeralResourceConfig(ctx,
				&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: named.TypeName, Config: config})
			return append(answer.Diagnostics, failure(err)...)
		}
		all["ephemeral."+named.TypeName] = *s
	}
	return all
}

// resourceCalls validate and plan a new resource.
func resourceCalls(t *testing.T, server tfprotov6.ProviderServer, name string, kind tftypes.Object) (validate, plan func(*tfprotov6.DynamicValue) []*tfprotov6.Diagnostic) {
	t.Helper()
	ctx := acctest.Ctx(t)
	none, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, nil))
	if err != nil {
		t.Fatal(err)
	}
	validate = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
		answer, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
			TypeName: name, Config: config,
			ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
		})
		return append(answer.Diagnostics, failure(err)...)
	}
	plan = func(config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic {
		answer, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: name, PriorState: &none, ProposedNewState: config, Config: config,
		})
		return append(answer.Diagnostics, failure(err)...)
	}
	return validate, plan
}

func failure(err error) []*tfprotov6.Diagnostic {
	if err == nil {
		return nil
	}
	return []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "unexpected error", Detail: err.Error()}}
}

func attributesOf[A anyAttribute](attributes map[string]A) map[string]anyAttribute {
	found := map[string]anyAttribute{}
	for name, attribute := range attributes {
		found[name] = attribute
	}
	return found
}

// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/zclconf/go-cty/cty"
)

// attributes are the values of an object by the names of its attributes.
type attributes = map[string]cty.Value

// double is a provider with a resource and a data source, pe_thing. A test changes its answers to break a rule of the protocol.
type double struct {
	tfprotov6.ProviderServer // what is not used here panics

	// plan, apply and read change the object of an answer. A nil map stands for no object.
	plan, apply, read func(attributes) attributes
	// refuse is the summary of an error that a call reports beside its answer.
	refuse map[string]string
	// replace names attributes whose change replaces the thing.
	replace []string
	// legacy marks answers as those of the old SDK, for which core tolerates more.
	legacy bool
	// imported is how many objects an import answers with.
	imported int
	// identity changes the identity of a create, an update and a read. A nil map stands for none.
	identity func(attributes) attributes
	// validations is how many resources were validated.
	validations int
	// plans is how many plans were asked for.
	plans int
	// changing is held by a change that is carried out.
	changing sync.Mutex
	// calls are the changes and the reads of data sources that were asked for, in order.
	calls []string
	// private is the private data that the last plan, apply and read were given.
	private map[string]string
}

func newDouble() *double {
	return &double{imported: 1, refuse: map[string]string{}, private: map[string]string{}}
}

// thingSchema has an attribute of each kind that the rules of the protocol distinguish.
func thingSchema() *tfprotov6.Schema {
	return &tfprotov6.Schema{Version: 1, Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
		{Name: "id", Type: tftypes.String, Computed: true},
		{Name: "name", Type: tftypes.String, Required: true},
		{Name: "size", Type: tftypes.Number, Optional: true, Computed: true},
		{Name: "note", Type: tftypes.String, Optional: true},
		{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true},
		{Name: "tags", Type: tftypes.List{ElementType: tftypes.String}, Optional: true},
	}}}
}

// thing is the type of the objects of thingSchema.
func thing(t *testing.T) *objectSchema {
	t.Helper()
	schema, err := newObjectSchema(thingSchema())
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// of makes an object of a schema. Attributes that are not given are null.
func (s *objectSchema) of(given attributes) cty.Value {
	values := attributes{}
	for name, kind := range s.object.AttributeTypes() {
		values[name] = cty.NullVal(kind)
	}
	maps.Copy(values, given)
	return cty.ObjectVal(values)
}

func (d *double) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "url", Type: tftypes.String, Optional: true},
		}}},
		ResourceSchemas:   map[string]*tfprotov6.Schema{"pe_thing": thingSchema()},
		DataSourceSchemas: map[string]*tfprotov6.Schema{"pe_thing": thingSchema()},
		Diagnostics:       d.diagnostics("schema"),
	}, nil
}

// GetResourceIdentitySchemas implements [tfprotov6.ProviderServer].
func (d *double) GetResourceIdentitySchemas(
	context.Context,
	*tfprotov6.GetResourceIdentitySchemasRequest,
) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{"pe_thing": {
		IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
			{Name: "id", Type: tftypes.String, RequiredForImport: true},
			{Name: "shelf", Type: tftypes.String, OptionalForImport: true},
		},
	}}}, nil
}

// identityOf makes the identity of a thing.
func (d *double) identityOf(thing *tfprotov6.DynamicValue) (*tfprotov6.ResourceIdentityData, error) {
	schema, err := newObjectSchema(thingSchema())
	if err != nil {
		return nil, err
	}
	object, err := decode(thing, schema.object)
	if err != nil || object.IsNull() {
		return nil, err
	}
	values := attributes{"id": object.GetAttr("id"), "shelf": cty.NullVal(cty.String)}
	if d.identity != nil {
		if values = d.identity(values); values == nil {
			return nil, nil
		}
	}
	encoded, err := encode(cty.ObjectVal(values), cty.Object(map[string]cty.Type{"id": cty.String, "shelf": cty.String}))
	return &tfprotov6.ResourceIdentityData{IdentityData: encoded}, err
}

func (d *double) diagnostics(call string) []*tfprotov6.Diagnostic {
	warning := &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "a warning is no error"}
	if summary := d.refuse[call]; summary != "" {
		return []*tfprotov6.Diagnostic{warning, {
			Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: "The detail.",
			Attribute: tftypes.NewAttributePath().WithAttributeName("name"),
		}}
	}
	return []*tfprotov6.Diagnostic{warning}
}

func (d *double) ValidateProviderConfig(
	context.Context,
	*tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{Diagnostics: d.diagnostics("validate provider")}, nil
}

func (d *double) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{Diagnostics: d.diagnostics("configure")}, nil
}

func (d *double) ValidateResourceConfig(
	context.Context,
	*tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	d.validations++
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: d.diagnostics("validate")}, nil
}

func (d *double) ValidateDataResourceConfig(
	context.Context,
	*tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: d.diagnostics("validate data")}, nil
}

// answer changes an object, if the test wants that, and writes it as the protocol has it.
func answer(value *tfprotov6.DynamicValue, change func(attributes) attributes, standard func(attributes)) (*tfprotov6.DynamicValue, error) {
	schema, err := newObjectSchema(thingSchema())
	if err != nil {
		return nil, err
	}
	object, err := decode(value, schema.object)
	if err != nil || object.IsNull() {
		return value, err
	}
	values := object.AsValueMap()
	if standard != nil {
		standard(values)
	}
	if change != nil {
		if values = change(values); values == nil {
			return encode(cty.NullVal(schema.object), schema.object)
		}
	}
	return encode(cty.ObjectVal(values), schema.object)
}

func (d *double) PlanResourceChange(
	_ context.Context,
	req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	d.plans++
	d.private["plan"] = string(req.PriorPrivate)
	planned, err := answer(req.ProposedNewState, d.plan, func(values attributes) {
		values["secret"] = cty.NullVal(cty.String)
		for _, name := range []string{"id", "size"} {
			if values[name].IsNull() {
				values[name] = cty.UnknownVal(values[name].Type())
			}
		}
	})
	var replace []*tftypes.AttributePath
	for _, name := range d.replace {
		replace = append(replace, tftypes.NewAttributePath().WithAttributeName(name))
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: planned, PlannedPrivate: []byte("planned"), RequiresReplace: replace, Diagnostics: d.diagnostics("plan"),
		UnsafeToUseLegacyTypeSystem: d.legacy, //nolint:staticcheck // this is about what nobody should use.
	}, err
}

func (d *double) ApplyResourceChange(
	_ context.Context,
	req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	d.changing.Lock()
	defer d.changing.Unlock()
	schema, err := newObjectSchema(thingSchema())
	if err != nil {
		return nil, err
	}
	prior, err := decode(req.PriorState, schema.object)
	if err != nil {
		return nil, err
	}
	planned, err := decode(req.PlannedState, schema.object)
	if err != nil {
		return nil, err
	}
	call := "update"
	switch {
	case prior.IsNull():
		call = "create"
	case planned.IsNull():
		call = "delete"
	}
	d.calls = append(d.calls, call)
	d.private["apply"] = string(req.PlannedPrivate)
	if call == "delete" {
		left := req.PlannedState
		if d.refuse[call] != "" {
			left = req.PriorState
		}
		return &tfprotov6.ApplyResourceChangeResponse{NewState: left, Diagnostics: d.diagnostics(call)}, nil
	}
	applied, err := answer(req.PlannedState, d.apply, func(values attributes) {
		if !values["id"].IsKnown() {
			values["id"] = cty.StringVal("7")
		}
		if !values["size"].IsKnown() {
			values["size"] = cty.NumberIntVal(1)
		}
	})
	if err != nil {
		return nil, err
	}
	identity, err := d.identityOf(applied)
	return &tfprotov6.ApplyResourceChangeResponse{
		NewState: applied, Private: []byte("applied"), NewIdentity: identity, Diagnostics: d.diagnostics(call),
		UnsafeToUseLegacyTypeSystem: d.legacy, //nolint:staticcheck // this is about what nobody should use.
	}, err
}

func (d *double) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	d.private["read"] = string(req.Private)
	read, err := answer(req.CurrentState, d.read, nil)
	if err != nil {
		return nil, err
	}
	identity, err := d.identityOf(read)
	return &tfprotov6.ReadResourceResponse{NewState: read, Private: req.Private, NewIdentity: identity, Diagnostics: d.diagnostics("read")}, err
}

func (d *double) ReadDataSource(_ context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	d.calls = append(d.calls, "read data")
	read, err := answer(req.Config, nil, func(values attributes) { values["id"], values["size"] = cty.StringVal("8"), cty.NumberIntVal(2) })
	return &tfprotov6.ReadDataSourceResponse{State: read, Diagnostics: d.diagnostics("read data")}, err
}

func (d *double) ImportResourceState(
	_ context.Context,
	req *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	schema, err := newObjectSchema(thingSchema())
	if err != nil {
		return nil, err
	}
	if req.ID == "" {
		identity, err := decode(req.Identity.IdentityData, cty.Object(map[string]cty.Type{"id": cty.String, "shelf": cty.String}))
		if err != nil {
			return nil, err
		}
		req.ID = identity.GetAttr("id").AsString()
	}
	state, err := encode(schema.of(attributes{"id": cty.StringVal(req.ID), "name": cty.StringVal("a"), "size": cty.NumberIntVal(1)}), schema.object)
	objects := slices.Repeat([]*tfprotov6.ImportedResource{{TypeName: req.TypeName, State: state}}, d.imported)
	return &tfprotov6.ImportResourceStateResponse{ImportedResources: objects, Diagnostics: d.diagnostics("import")}, err
}

// runner returns a runner of steps with the double.
func (d *double) runner() *runner {
	return &runner{
		start: func() (tfprotov6.ProviderServer, error) { return d, nil },
		state: &state{resources: map[string]*instance{}, data: map[string]cty.Value{}},
	}
}

// thingA is a configuration with one resource.
const thingA = `resource "pe_thing" "a" { name = "a" }`

// has is a step with a configuration.
func has(config string) resource.TestStep { return resource.TestStep{Config: config} }

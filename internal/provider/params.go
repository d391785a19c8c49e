package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/dynamicvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// objectValidator accepts objects and maps.
type objectValidator struct{}

var _ validator.Dynamic = objectValidator{}

// Description implements [validator.Describer].
func (objectValidator) Description(context.Context) string { return "an object" }

// MarkdownDescription implements [validator.Describer].
func (v objectValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateDynamic implements [validator.Dynamic].
func (objectValidator) ValidateDynamic(_ context.Context, req validator.DynamicRequest, resp *validator.DynamicResponse) {
	value := req.ConfigValue
	if value.IsNull() || value.IsUnknown() || value.IsUnderlyingValueUnknown() || value.IsUnderlyingValueNull() {
		return
	}
	switch value.UnderlyingValue().(type) {
	case basetypes.ObjectValue, basetypes.MapValue:
	default:
		resp.Diagnostics.AddAttributeError(req.Path, "The parameters are not an object",
			"Parameters are an object with one attribute for each parameter, such as { name = \"httpd\" }.")
	}
}

// params returns the parameters of an attribute, by name. Everything must be known.
func params(value types.Dynamic, at path.Path, diags *diag.Diagnostics) map[string]any {
	converted, err := dynamicvalue.ToGo(value)
	if err != nil {
		diags.AddAttributeError(at, "The parameters cannot be sent", sentence(err.Error()))
		return nil
	}
	object, _ := converted.(map[string]any)
	return object
}

// sensitiveParams merges secret parameters over others, and sees to it that they appear in no log and no error.
func sensitiveParams(plain map[string]any, secret types.Dynamic, redactor *httpapi.Redactor, diags *diag.Diagnostics) map[string]any {
	merged := maps.Clone(plain)
	if merged == nil {
		merged = map[string]any{}
	}
	secrets := params(secret, path.Root("sensitive_params"), diags)
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		addSecrets(redactor, secrets[name])
		redactor.AddKeys(name)
		merged[name] = secrets[name]
	}
	return merged
}

func addSecrets(redactor *httpapi.Redactor, value any) {
	switch value := value.(type) {
	case string:
		redactor.Add(value)
	case json.Number:
		redactor.Add(value.String())
	case []any:
		for _, inner := range value {
			addSecrets(redactor, inner)
		}
	case map[string]any:
		for _, inner := range value {
			addSecrets(redactor, inner)
		}
	}
}

// paramsValue returns the parameters that the server tells, as the value of a params attribute.
func paramsValue(parameters map[string]json.RawMessage, diags *diag.Diagnostics) types.Dynamic {
	if len(parameters) == 0 {
		return types.DynamicNull()
	}
	attributes := make(map[string]attr.Value, len(parameters))
	for name, raw := range parameters {
		value, err := dynamicvalue.FromJSON(raw)
		if err != nil {
			diags.AddError("The parameters of the job cannot be read", fmt.Sprintf("%s: %s", name, sentence(err.Error())))
			continue
		}
		attributes[name] = value.UnderlyingValue()
		if value.IsNull() {
			attributes[name] = types.DynamicNull()
		}
	}
	return types.DynamicValue(dynamicvalue.Object(attributes))
}

// sameParams reports whether the parameters that a plan wants are those that a job was started with. The server adds the
// defaults of the metadata to what it reports (PE 2019.8), and leaves secrets out, so what it reports may be more.
func sameParams(planned, prior types.Dynamic) bool {
	if !dynamicvalue.IsWhollyKnown(planned) {
		return false
	}
	wanted, err := dynamicvalue.ToGo(planned)
	if err != nil {
		return false
	}
	told, err := dynamicvalue.ToGo(prior)
	if err != nil {
		return false
	}
	wantedParams, _ := wanted.(map[string]any)
	toldParams, _ := told.(map[string]any)
	for name, value := range wantedParams {
		if toldValue, ok := toldParams[name]; !ok || !reflect.DeepEqual(value, toldValue) {
			return false
		}
	}
	return true
}

// namesOf returns the names of the parameters in an attribute, as far as they are known.
func namesOf(value types.Dynamic) []string {
	if value.IsNull() || value.IsUnknown() {
		return nil
	}
	switch object := value.UnderlyingValue().(type) {
	case basetypes.ObjectValue:
		return slices.Sorted(maps.Keys(object.Attributes()))
	case basetypes.MapValue:
		return slices.Sorted(maps.Keys(object.Elements()))
	default:
		return nil
	}
}

// mapKeys returns the keys of a map, as far as they are known.
func mapKeys(value types.Map) []string {
	return slices.Sorted(maps.Keys(value.Elements()))
}

// paramWay is an attribute in which parameters can be given, and those that are.
type paramWay struct {
	attribute string
	names     []string
}

// validateOneWay checks that no parameter is given in two ways. Secrets are merged over params, so that pair is none.
func validateOneWay(diags *diag.Diagnostics, ways ...paramWay) {
	given := map[string]string{}
	for _, way := range ways {
		for _, name := range way.names {
			first, ok := given[name]
			if ok && (first != "params" || way.attribute != "sensitive_params") {
				diags.AddAttributeError(path.Root(way.attribute), "A parameter is given twice",
					fmt.Sprintf("The parameter %q is given in `%s` and in `%s`. Remove one of them.", name, first, way.attribute))
				continue
			}
			given[name] = way.attribute
		}
	}
}

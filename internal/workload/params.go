// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

var _ validator.Dynamic = validate.Object{}

// ParamValues returns the parameters of an attribute, by name. Everything must be known.
func ParamValues(value types.Dynamic, at path.Path, diags *diag.Diagnostics) map[string]any {
	converted, err := tfvalue.ToGo(value)
	if err != nil {
		diags.AddAttributeError(at, "The parameters cannot be sent", prose.Sentence(err.Error()))
		return nil
	}
	object, _ := converted.(map[string]any)
	return object
}

// missingSecret is what to do about a secret of a resource that is null.
const missingSecret = "A change of what runs sends all secrets. Where one comes from a variable or from another system, it has to be " +
	"there in each run that sends them, and need not be in others."

// RefuseNullSecrets refuses secrets that are null: somebody has left out a value, and what runs without its secret may do anything. within
// tells to refuse those as well that have something in them that is null, which a type with optional attributes may mean. note says what to
// do. The error is bound to no attribute, because the CLI would show its line.
func RefuseNullSecrets(secrets types.Dynamic, within bool, note string, diags *diag.Diagnostics) {
	values, err := tfvalue.ToGo(secrets)
	if err != nil {
		return // They are not all known yet.
	}
	object, _ := values.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if value := object[name]; value == nil || within && hasNull(value) {
			name = visible.Line(name, visible.LongestName)
			what := fmt.Sprintf("%q is null", name)
			if value != nil {
				what = fmt.Sprintf("something in %q is null", name)
			}
			diags.AddError(fmt.Sprintf("The secret parameter %q has no value", name),
				fmt.Sprintf("In `sensitive_params`, %s. Give it a value, or leave it out.\n\n%s", what, note))
		}
	}
}

// hasNull reports whether a value is null, or has something in it that is.
func hasNull(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return slices.ContainsFunc(value, hasNull)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(value)), hasNull)
	default:
		return false
	}
}

// SensitiveParams merges secret parameters over others, and makes sure that they appear in no log and no error.
func SensitiveParams(plain map[string]any, secret types.Dynamic, redactor *httpapi.Redactor, diags *diag.Diagnostics) map[string]any {
	merged := maps.Clone(plain)
	if merged == nil {
		merged = map[string]any{}
	}
	RefuseNullSecrets(secret, false, missingSecret, diags)
	secrets := ParamValues(secret, path.Root("sensitive_params"), diags)
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

// ParamsValue returns the reported parameters as the value of a params attribute.
func ParamsValue(parameters map[string]json.RawMessage, diags *diag.Diagnostics) types.Dynamic {
	if len(parameters) == 0 {
		return types.DynamicNull()
	}
	values := tfvalue.Keyed{}
	for name, raw := range parameters {
		values.AddJSON(name, raw, "The parameters of the job cannot be read", diags)
	}
	return values.Value("Parameters of the job", "They stay on the server.", diags)
}

// SameParams reports whether a job was started with the planned parameters. The server adds the defaults of the metadata to what it reports
// (PE 2019.8), and leaves secrets out, so it may report additional parameters.
func SameParams(planned, prior types.Dynamic) bool {
	if !tfvalue.IsWhollyKnown(planned) {
		return false
	}
	wanted, err := tfvalue.ToGo(planned)
	if err != nil {
		return false
	}
	reported, err := tfvalue.ToGo(prior)
	if err != nil {
		return false
	}
	wantedParams, _ := wanted.(map[string]any)
	reportedParams, _ := reported.(map[string]any)
	for name, value := range wantedParams {
		if toldValue, ok := reportedParams[name]; !ok || !reflect.DeepEqual(value, toldValue) {
			return false
		}
	}
	return true
}

// NamesOf returns the known names of the parameters in an attribute.
func NamesOf(value types.Dynamic) []string {
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

// MapKeys returns the keys of a map, nil if they are not known.
func MapKeys(value types.Map) []string {
	return slices.Sorted(maps.Keys(value.Elements()))
}

// ParamWay is an attribute in which parameters can be given, and the names in it.
type ParamWay struct {
	Attribute string
	Names     []string
}

// ValidateOneWay checks that no parameter is given in two attributes. Secrets are merged over params, so both may hold a parameter.
func ValidateOneWay(diags *diag.Diagnostics, ways ...ParamWay) {
	given := map[string]string{}
	for _, way := range ways {
		for _, name := range way.Names {
			first, ok := given[name]
			if ok && (first != "params" || way.Attribute != "sensitive_params") {
				diags.AddAttributeError(path.Root(way.Attribute), "A parameter is given twice",
					fmt.Sprintf("The parameter %q is given in `%s` and in `%s`. Remove one of them.", name, first, way.Attribute))
				continue
			}
			given[name] = way.Attribute
		}
	}
}

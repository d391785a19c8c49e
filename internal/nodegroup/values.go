// SPDX-License-Identifier: MPL-2.0

package nodegroup

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
)

// objectOf is a value that is an object of JSON; nil for null and for what is not known.
func objectOf(value types.Dynamic) map[string]any {
	plain, err := tfvalue.ToGo(value)
	if err != nil {
		return nil
	}
	object, ok := plain.(map[string]any)
	if !ok {
		return nil
	}
	return object
}

// encoded writes values one by one.
func encoded(object map[string]any) (map[string]json.RawMessage, error) {
	raw := make(map[string]json.RawMessage, len(object))
	for name, value := range object {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("writing the value of %s: %w", name, err)
		}
		raw[name] = text
	}
	return raw, nil
}

// changes are the values of an object that are to be written, with null for those that were there before.
func changes(planned, prior map[string]any) map[string]any {
	delta := maps.Clone(planned)
	if delta == nil {
		delta = map[string]any{}
	}
	for name := range prior {
		if _, there := delta[name]; !there {
			delta[name] = nil
		}
	}
	return delta
}

// variablesOf are the variables to write.
func variablesOf(planned, prior types.Dynamic, at path.Path, diags *diag.Diagnostics) classifier.Variables {
	raw, err := encoded(changes(objectOf(planned), objectOf(prior)))
	if err != nil {
		diags.AddAttributeError(at, "The values cannot be sent", err.Error()+".")
	}
	return raw
}

// parametersOf are the classes and parameters to write.
func parametersOf(planned, prior types.Dynamic, at path.Path, diags *diag.Diagnostics) classifier.Parameters {
	delta := classifier.Parameters{}
	before := objectOf(prior)
	for class, values := range changes(objectOf(planned), before) {
		object, ok := values.(map[string]any)
		if !ok {
			delta[class] = nil
			continue
		}
		earlier, _ := before[class].(map[string]any)
		raw, err := encoded(changes(object, earlier))
		if err != nil {
			diags.AddAttributeError(at, "The values cannot be sent", err.Error()+".")
		}
		delta[class] = raw
	}
	return delta
}

// reported is what the server has of the values that the prior value names; all of it where there is none. The prior value stays where it
// means the same. A server may remove what is null within a value, so that this means the same as nothing.
func reported(prior types.Dynamic, server any) types.Dynamic {
	all, _ := tfvalue.AsRead(server).(map[string]any)
	if all == nil {
		all = map[string]any{}
	}
	if prior.IsNull() || prior.IsUnknown() {
		return types.DynamicValue(tfvalue.FromForeign(all).Value)
	}
	named := within(objectOf(prior), all)
	value := types.DynamicValue(tfvalue.FromForeign(named).Value)
	if reflect.DeepEqual(withoutNulls(objectOf(value)), withoutNulls(objectOf(prior))) {
		return prior
	}
	return value
}

// withoutNulls is a value of JSON without what is null in objects.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		members := map[string]any{}
		for name, member := range value {
			if member != nil {
				members[name] = withoutNulls(member)
			}
		}
		return members
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			items = append(items, withoutNulls(item))
		}
		return items
	default:
		return value
	}
}

// within are the members of an object that another one names, and of members that are objects in both, the same.
func within(named, all map[string]any) map[string]any {
	part := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		value, there := all[name]
		if !there {
			continue
		}
		part[name] = value
	}
	return part
}

// reportedParameters is [reported] for classes with parameters, of which only those that are named count. A class that is named without
// parameters counts as there where emptyToo is true: the classifier stores no config data that has none. A value that comes back as its
// text is the one that was written: the documents say that parameters of classes are read as strings, and show numbers.
func reportedParameters(prior types.Dynamic, server classifier.Parameters, emptyToo bool) types.Dynamic {
	all, _ := tfvalue.AsRead(server).(map[string]any)
	if prior.IsNull() || prior.IsUnknown() {
		return reported(prior, server)
	}
	named := objectOf(prior)
	part := within(named, all)
	for class, values := range named {
		wanted, wasObject := values.(map[string]any)
		switch parameters, isObject := part[class].(map[string]any); {
		case isObject && wasObject:
			part[class] = asWritten(wanted, within(wanted, parameters))
		case emptyToo && wasObject && len(wanted) == 0:
			part[class] = wanted
		}
	}
	return reported(prior, part)
}

// asWritten are the parameters that a server reports, with those that it reports as the text of what was written in their own form.
func asWritten(written, reported map[string]any) map[string]any {
	for name, value := range reported {
		text, isText := value.(string)
		if before := written[name]; isText && reflect.DeepEqual(tfvalue.AsRead(json.RawMessage(text)), before) {
			reported[name] = before
		}
	}
	return reported
}

// sameConfigData reports whether planned config data ask for the same as the prior ones. A class without parameters asks for nothing.
func sameConfigData(planned, prior types.Dynamic) bool {
	return reflect.DeepEqual(withoutEmpty(objectOf(planned)), withoutEmpty(objectOf(prior)))
}

// withoutEmpty are the members of an object that are no empty object.
func withoutEmpty(object map[string]any) map[string]any {
	part := map[string]any{}
	for name, value := range object {
		if members, isObject := value.(map[string]any); !isObject || len(members) > 0 {
			part[name] = value
		}
	}
	return part
}

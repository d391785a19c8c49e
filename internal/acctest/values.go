// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"time"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// NestedValue checks an attribute of a dynamic object.
func NestedValue(address, attribute, key string, check knownvalue.Check, more ...string) statecheck.StateCheck {
	path := At(attribute).AtMapKey(key)
	for _, inner := range more {
		path = path.AtMapKey(inner)
	}
	return statecheck.ExpectKnownValue(address, path, check)
}

// Shorthands for checks of data sources.

// Text expects a text.
func Text(text string) knownvalue.Check { return knownvalue.StringExact(text) }

// Number expects a number.
func Number(n int64) knownvalue.Check { return knownvalue.Int64Exact(n) }

// Texts expects a list of texts.
func Texts(all ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(all))
	for i, text := range all {
		checks[i] = Text(text)
	}
	return knownvalue.ListExact(checks)
}

// Items expects a list of objects that have the given attributes, among others.
func Items(objects ...map[string]knownvalue.Check) knownvalue.Check {
	checks := make([]knownvalue.Check, len(objects))
	for i, object := range objects {
		checks[i] = knownvalue.ObjectPartial(object)
	}
	return knownvalue.ListExact(checks)
}

// ListWith expects a list of objects with the given values of one attribute.
func ListWith(attribute string, values ...string) knownvalue.Check {
	objects := make([]map[string]knownvalue.Check, len(values))
	for i, value := range values {
		objects[i] = map[string]knownvalue.Check{attribute: Text(value)}
	}
	return Items(objects...)
}

// Time expects a time in RFC 3339 format.
var Time = knownvalue.StringFunc(func(text string) error {
	_, err := time.Parse(time.RFC3339, text)
	return err
})

// At is the path of an attribute.
func At(path string) tfjsonpath.Path { return tfjsonpath.New(path) }

// Value checks an attribute in the state.
func Value(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, At(attribute), check)
}

// SPDX-License-Identifier: MPL-2.0

package classifier_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
)

// TestGroup_Gone reads what no longer exists. What has another form says nothing.
func TestGroup_Gone(t *testing.T) {
	t.Parallel()
	documented, err := apifixtures.Files.ReadFile("classifier-groups-id.deleted.json")
	if err != nil {
		t.Fatal(err)
	}
	of := func(deleted string) string { return `{"id":"1","name":"a","deleted":` + deleted + `}` }
	for text, want := range map[string]map[string]classifier.Gone{
		string(documented):     {"role::frontend": {Parameters: []string{"workers"}}, "role::gone": {Class: true}},
		`{"id":"1"}`:           {},
		of(`null`):             {},
		of(`{}`):               {},
		of(`["a"]`):            {},
		of(`{"a":7}`):          {},
		of(`{"a":{"b":null}}`): {},
		of(`{"a":{"puppetlabs.classifier/deleted":"yes","c":{"puppetlabs.classifier/deleted":false}}}`): {},
	} {
		var group classifier.Group
		if err := json.Unmarshal([]byte(text), &group); err != nil {
			t.Error(err)
		}
		if got := group.Gone(); len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestRoleIDFromLocation(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]int64{
		"/rbac-api/v1/roles/7": 7, "https://pe.example.com:4433/rbac-api/v1/roles/12": 12,
		"/rbac-api/v1/roles/0": 0, "/rbac-api/v1/roles/-1": 0, "/rbac-api/v1/roles/x": 0, "/rbac-api/v1/roles/": 0, "": 0,
	} {
		id, err := roleIDFromLocation(http.Header{"Location": {location}})
		if id != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %d, %v", location, id, err)
		}
	}
}

func TestRole_IDsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		`{"id":7}`: true, `{"id":"7"}`: true, `{"id":0}`: false, `{"id":-1}`: false, `{"id":"x"}`: false, `{"id":1.5}`: false,
	} {
		var role Role
		if err := json.Unmarshal([]byte(text), &role); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// SPDX-License-Identifier: MPL-2.0

package restmove

import (
	"slices"
	"testing"
)

func TestObject_LeadsTo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from object
		want bool
	}{
		"the path":               {object{Path: "/rbac-api/v1/roles", ID: "7"}, true},
		"the path with a query":  {object{Path: "/rbac-api/v1/roles?page=1"}, true},
		"the query alone":        {object{Path: "/rbac-api/v1/users?of=/roles/7"}, false},
		"the path of one method": {object{Path: "/", CreatePath: "/rbac-api/v1/roles/"}, true},
		"the id alone":           {object{ID: "https://pe.example.com:4433/rbac-api/v1/roles/7"}, true},
		"part of a segment":      {object{Path: "/rbac-api/v1/roles-of-others"}, false},
		"no path":                {object{ID: "roles"}, false},
		"nothing":                {object{}, false},
	} {
		if got := test.from.leadsTo([]string{"role", "roles"}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestObject_Number(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"7": "7", "/roles/7": "7", "/roles/7/": "7", "/roles/7?a=/8": "7", "https://pe.example.com/roles/7": "7", "": "", "/": "",
	} {
		if got := (object{ID: id}).number(); got != want {
			t.Errorf("%q: %q", id, got)
		}
	}
}

func TestObject_PathsAreShownOnce(t *testing.T) {
	t.Parallel()
	from := object{ID: "7", Path: "/b", CreatePath: "/a\x1b[1m", ReadPath: "/b"}
	if got := from.shownPaths(); len(got) != 2 || got[1] != "/b" || slices.Contains(got, from.CreatePath) {
		t.Errorf("%q", got)
	}
}

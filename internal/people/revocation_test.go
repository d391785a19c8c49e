// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestUser_LocksOutFirst revokes a user before anything else is changed, and reinstates one after it: at no moment does somebody who may use
// PE have a role that neither the old nor the new configuration gives to such a user.
func TestUser_LocksOutFirst(t *testing.T) {
	t.Parallel()
	const both, none = "role_ids = [\"2\", \"3\"]\nrevoked = ", "role_ids = []\nrevoked = "
	for name, test := range map[string]struct {
		before, after string
		want          []string
	}{
		"revoked":    {none + "false", both + "true", []string{"revoke", "PUT"}},
		"reinstated": {both + "true", none + "false", []string{"PUT", "reinstate"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(simulator.PE2025))
			h.Run(t,
				resource.TestStep{Config: h.Config(amy(test.before))},
				resource.TestStep{PreConfig: h.ResetRequests, Config: h.Config(amy(test.after))},
			)
			var got []string
			for _, r := range h.Requests() {
				switch r.Method {
				case http.MethodPut:
					got = append(got, "PUT")
				case http.MethodPost:
					got = append(got, r.Path[strings.LastIndex(r.Path, "/")+1:])
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestUser_StaysLockedOut refuses to take roles from a user who is to be reinstated without them, and then the reinstatement itself.
func TestUser_StaysLockedOut(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	before, after := h.Config(amy("role_ids = [\"2\", \"3\"]\nrevoked = true")), h.Config(amy("role_ids = []\nrevoked = false"))
	refuse := func(method, path string) func() {
		return func() {
			h.AddFault(simulator.Fault{
				Method: method, Path: "/rbac-api/v1/" + path, Times: 1, Action: simulator.AnswerStatus, Status: 403, Body: `{"kind":"permission-denied","msg":"no"}`,
			})
		}
	}
	h.Run(t,
		resource.TestStep{Config: before},
		resource.TestStep{PreConfig: refuse(http.MethodPut, "users/*"), Config: after, ExpectError: acctest.Says(`User "amy" was not changed`)},
		resource.TestStep{Config: before, Check: has(h, "amy", "Amy  true [2 3]")},
		resource.TestStep{
			PreConfig: refuse(http.MethodPost, "command/users/reinstate"), Config: after,
			ExpectError: acctest.SaysAll(`User "amy" was not reinstated`, "Everything else about the user was changed"),
		},
		resource.TestStep{Config: after, Check: has(h, "amy", "Amy  false []")},
	)
}

// TestUser_RevokedButNotChanged refuses what is changed after the revocation.
func TestUser_RevokedButNotChanged(t *testing.T) {
	t.Parallel()
	h := acctest.New(t, acctest.Generation(simulator.PE2025))
	heard := &acctest.Warnings{}
	after := h.Config(amy("role_ids = [\"2\"]\nrevoked = true"))
	h.RunListening(t, heard,
		resource.TestStep{Config: h.Config(amy("role_ids = []"))},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{
					Method: http.MethodPut, Path: "/rbac-api/v1/users/*", Times: 1, Action: simulator.AnswerStatus, Status: 403, Body: `{"kind":"permission-denied","msg":"no"}`,
				})
			},
			Config: after, ExpectError: acctest.Says(`User "amy" was not changed`),
		},
		resource.TestStep{Config: after, Check: has(h, "amy", "Amy  true [2]")},
	)
	if !heard.Say(`User "amy" is revoked`, "before the rest of the change failed") {
		t.Errorf("heard %q", heard.All())
	}
}

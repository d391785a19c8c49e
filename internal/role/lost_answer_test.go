// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const rolesPath = "/rbac-api/v1/roles"

// TestRole_LostAnswer loses the answer to a creation after the fact, with answers of PE and others. The role is created once and found, and
// a warning says so.
func TestRole_LostAnswer(t *testing.T) {
	t.Parallel()
	status := func(status int, body string, header http.Header) simulator.Fault {
		return simulator.Fault{Action: simulator.AnswerStatusAfterHandling, Status: status, Body: body, Header: header}
	}
	for name, fault := range map[string]simulator.Fault{
		"dropped":              {Action: simulator.DropAfterHandling},
		"201 without Location": status(http.StatusCreated, "", nil),
		"303 without Location": status(http.StatusSeeOther, "", nil),
		"303 to a login":       status(http.StatusSeeOther, "", http.Header{"Location": {"https://sso.example.com/login"}}),
		"200 with a page":      status(http.StatusOK, "<html><title>Login</title></html>", http.Header{"Content-Type": {"text/html"}}),
		"503":                  status(http.StatusServiceUnavailable, "", nil),
		"524":                  status(524, "<html></html>", nil),
		"an empty 404":         status(http.StatusNotFound, "", nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			fault.Method, fault.Path, fault.Times = http.MethodPost, rolesPath, 1
			h.AddFault(fault)
			config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
			heard := &acctest.Warnings{}
			h.RunListening(t, heard,
				resource.TestStep{Config: config, Check: h.Writes(1, "POST", "/v1/roles")},
				resource.TestStep{Config: config, PlanOnly: true},
			)
			if !heard.Say(`It was not clear at first whether role "Web" was created`, "has turned up since") {
				t.Errorf("heard %q", heard.All())
			}
		})
	}
}

// TestRole_NobodyElsesIsTaken loses the request itself, while another team's role of the same name and content exists. Destroying what was
// never created leaves it alone.
func TestRole_NobodyElsesIsTaken(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	if _, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{
		DisplayName: "Web", Permissions: []rbac.Permission{{ObjectType: "tasks", Action: "run", Instance: "a"}},
	}); err != nil {
		t.Fatal(err)
	}
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: rolesPath, Times: 1, Action: simulator.DropBeforeHandling})
	config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Says("has this name and content, but it was there before, so it belongs to somebody else, and it is left alone.")},
		resource.TestStep{Config: config, ExpectError: acctest.Says(`Role "Web" was not created, because there is one of this name`)},
	)
	h.Role(t, "Web")
}

// TestRole_WithoutTheListBefore cannot list the roles before the creation, whose answer is lost: the role that is found may be anybody's.
func TestRole_WithoutTheListBefore(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{
		Method: http.MethodGet, Path: rolesPath, Times: 1, Action: simulator.AnswerStatus, Status: http.StatusForbidden, Body: `{"kind":"permission-denied","msg":"You may not list roles"}`,
	})
	h.AddFault(simulator.Fault{Method: http.MethodPost, Path: rolesPath, Times: 1, Action: simulator.DropAfterHandling})
	h.Run(t, resource.TestStep{
		Config:      h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a"))),
		ExpectError: acctest.Says("Whether it was there before is not known, because the list of roles could not be read then:"),
	})
}

// TestRole_ThatAPageHides reads a role through a proxy that answers with a page for a moment. Nothing counts as gone.
func TestRole_ThatAPageHides(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
	h.Run(t,
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{acctest.Value(webRole, "display_name", knownvalue.StringExact("Web"))}},
		resource.TestStep{
			PreConfig: func() {
				h.AddFault(simulator.Fault{Method: http.MethodGet, Path: rolesPath + "/*", Times: 2, Action: simulator.HTML, Status: http.StatusNotFound})
			},
			Config: config, PlanOnly: true,
		},
	)
}

// TestRole_LostAnswerIsFoundByNameAndContent loses the answer to a creation: the role is found by its name and content, and created once.
func TestRole_LostAnswerIsFoundByNameAndContent(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.AddFault(simulator.Fault{Method: "POST", Path: "/rbac-api/v1/roles", Times: 1, Action: simulator.DropAfterHandling})
	config := h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
	h.Run(t,
		resource.TestStep{Config: config, Check: h.Writes(1, "POST", "/v1/roles")},
		resource.TestStep{Config: config, PlanOnly: true},
	)
	h = acctest.New(t)
	h.AddFault(simulator.Fault{Method: "POST", Path: "/rbac-api/v1/roles", Times: 1, Action: simulator.DropBeforeHandling})
	config = h.Config(acctest.RoleBody("display_name = \"Web\"\n" + permissions("tasks:run:a")))
	h.Run(t,
		resource.TestStep{Config: config, ExpectError: acctest.Says("It is not known whether role \"Web\" was created")},
		resource.TestStep{Config: config},
	)
}

// SPDX-License-Identifier: MPL-2.0

package rest_test

import (
	"slices"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// TestRouter_Find_NotAsAWebServer has requests that the mux of a web server would answer by itself.
func TestRouter_Find_NotAsAWebServer(t *testing.T) {
	t.Parallel()
	upgraded := false
	router := rest.NewRouter([]rest.Route[string]{
		{Method: "GET", Pattern: "/users/current", Handler: "current"},
		{Method: "GET", Pattern: "/users/{id}", Handler: "one"},
		{Method: "GET", Pattern: "/jobs/special", Handler: "special", When: func() bool { return upgraded }},
		{Method: "DELETE", Pattern: "/jobs/{id}", Handler: "delete", Except: []string{"special"}},
		{Method: "GET", Pattern: "/plans/{module}/{plan...}", Handler: "plan"},
	})
	find := func(method, path, want string, wantAllowed ...string) {
		t.Helper()
		handler, _, allowed, ok := router.Find(method, path)
		if handler != want || ok != (want != "") || !slices.Equal(allowed, wantAllowed) {
			t.Errorf("%s %s: handler %q, allowed %v; want %q, %v", method, path, handler, allowed, want, wantAllowed)
		}
	}
	find("GET", "/users/current", "current")
	find("GET", "/users/7", "one")
	find("HEAD", "/users/7", "", "GET")        // not treated as GET
	find("GET", "/users/x/../current", "")     // not moved
	find("GET", "/users//current", "")         // not moved
	find("GET", "/plans/a", "")                // not moved to /plans/a/
	find("GET", "/plans/a/", "")               // no plan without a name
	find("GET", "/plans/a/b%2Fc/d", "plan")    // unescaped
	find("DELETE", "/jobs/special", "")        // not of this generation
	find("GET", "/jobs/special", "")           // not of this generation
	find("GET", "/jobs/7", "", "DELETE")       // another method
	find("GET", "jobs/7", "")                  // no path
	find("OPTIONS", "/plans/a/b", "", "GET")   // another method
	find("GET", "/users/%63urrent", "current") // escaped without need
	upgraded = true
	find("GET", "/jobs/special", "special")
	find("DELETE", "/jobs/special", "", "GET")
}

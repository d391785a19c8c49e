// SPDX-License-Identifier: MPL-2.0

package nodegroup_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const updatePath = "/classifier-api/v1/update-classes"

// fresh is a group that names a class, with more arguments.
func fresh(class, more string) string {
	return group("name = \"Shop\"\nclasses = { \"" + class + "\" = {} }\n" + more)
}

// TestUpdateClasses names classes that were deployed a moment ago: the classifier reads the code again, once, where the group says so.
func TestUpdateClasses(t *testing.T) {
	t.Parallel()
	for _, generation := range acctest.Generations {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t, acctest.Generation(generation))
			h.DeployClass("production", "profile::one")
			updates := func(want int) resource.TestCheckFunc { return h.Writes(want, http.MethodPost, updatePath) }
			h.RunGeneration(t, generation,
				resource.TestStep{
					Config:      h.Config(fresh("profile::one", "")),
					ExpectError: acctest.SaysAll("the class profile::one in the environment production", "`update_classes = true`"),
				},
				resource.TestStep{
					Config: h.Config(fresh("profile::one", "update_classes = true")), ConfigPlanChecks: acctest.Planned(acctest.Creates(web)),
					Check: resource.ComposeAggregateTestCheckFunc(updates(1), has(h, "Shop", `[null,{"profile::one":{}},{},{}]`)),
				},
				h.Unchanged(fresh("profile::one", "update_classes = true")),
				resource.TestStep{
					PreConfig: func() { h.DeployClass("production", "profile::two") },
					Config:    h.Config(fresh("profile::two", "update_classes = true")), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)),
					Check: resource.ComposeAggregateTestCheckFunc(updates(2), has(h, "Shop", `[null,{"profile::two":{}},{},{}]`)),
				},
				// A class that is known needs no update, and one that is nowhere stays an error.
				resource.TestStep{
					Config: h.Config(fresh("profile::one", "update_classes = true")), Check: updates(2),
				},
				resource.TestStep{
					Config:      h.Config(fresh("profile::none", "update_classes = true")),
					ExpectError: acctest.SaysAll("Node group \"Shop\" was not changed", "the class profile::none in the environment production"),
				},
				// The argument alone changes nothing on the server.
				resource.TestStep{
					PreConfig: h.ResetRequests,
					Config:    h.Config(fresh("profile::one", "update_classes = false")), ConfigPlanChecks: acctest.Planned(acctest.Updates(web)), Check: h.SentOnlyReads,
				},
			)
		})
	}
}

// TestUpdateClasses_Shared has many groups that name classes of one deploy. They have the classifier read the code once.
func TestUpdateClasses_Shared(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	body := ""
	for i := range 8 {
		class := fmt.Sprint("profile::p", i)
		h.DeployClass("production", class)
		body += fmt.Sprintf("resource \"pe_node_group\" \"g%d\" {\n name = \"G%d\"\n update_classes = true\n classes = { %q = {} }\n}\n", i, i, class)
	}
	h.RunCLI(t, resource.TestStep{Config: h.Config(body), Check: h.Writes(1, http.MethodPost, updatePath)})
}

// TestUpdateClasses_Environment assigns an environment that the classifier does not know before it has read the code again.
func TestUpdateClasses_Environment(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	unknown := func() {
		h.AddFault(simulator.Fault{
			Method: http.MethodGet, Path: "/classifier-api/v1/environments", Times: 1, Action: simulator.AnswerStatus, Status: http.StatusOK,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: `[{"name":"production","sync_succeeded":true}]`,
		})
	}
	const body = "name = \"Shop\"\nenvironment = \"staging\"\n"
	h.Run(t,
		resource.TestStep{PreConfig: unknown, Config: h.Config(group(body)), ExpectError: acctest.SaysAll(`knows no environment "staging"`, "`update_classes = true`")},
		resource.TestStep{PreConfig: unknown, Config: h.Config(group(body + "update_classes = true")), Check: h.Writes(1, http.MethodPost, updatePath)},
		resource.TestStep{
			Config:      h.Config(group("name = \"Shop\"\nenvironment = \"stagin\"\nupdate_classes = true")),
			ExpectError: acctest.SaysAll("Node group \"Shop\" was not changed", `Did you mean "staging"?`),
		},
	)
}

// TestUpdateClasses_Refused may not have the classifier read the code, or it takes too long: nothing is created.
func TestUpdateClasses_Refused(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	h.DeployClass("production", "profile::one")
	config := h.Config(fresh("profile::one", "update_classes = true"))
	fails := func(status int, body string) func() {
		return func() {
			h.AddFault(simulator.Fault{
				Method: http.MethodPost, Path: updatePath, Times: 1, Action: simulator.AnswerStatus, Status: status,
				Header: http.Header{"Content-Type": {"application/json"}}, Body: body,
			})
		}
	}
	h.Run(t,
		resource.TestStep{
			PreConfig: fails(http.StatusForbidden, `{"kind":"permission-denied","msg":"No."}`), Config: config,
			ExpectError: acctest.SaysAll("Node group \"Shop\" was not created", "needs a permission on node groups", "because it lacks some that the group needs"),
		},
		resource.TestStep{
			PreConfig: fails(http.StatusInternalServerError, `{"kind":"unexpected-response","msg":"Puppet Server said no.","details":{"url":"x","status":500,"headers":{},"body":""}}`), Config: config,
			ExpectError: acctest.SaysAll("Puppet Server said no", "set `update_classes` to false"),
		},
		resource.TestStep{
			Config: config, ConfigPlanChecks: acctest.Planned(plancheck.ExpectNonEmptyPlan()), Check: func(*terraform.State) error {
				if g := onServer(h, "Shop"); len(g.Classes) != 1 {
					return fmt.Errorf("the group is %+v", g)
				}
				return nil
			},
		},
	)
}

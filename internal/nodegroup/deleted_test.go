// SPDX-License-Identifier: MPL-2.0

package nodegroup_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// TestNodeGroup_Deleted has a group with a class that is gone, and with one that has lost a parameter.
func TestNodeGroup_Deleted(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	aShop(h)
	none := map[string]knownvalue.Check{"name": acctest.Text("Shop frontends"), "deleted": knownvalue.MapExact(nil)}
	gone := knownvalue.MapExact(map[string]knownvalue.Check{
		"profile::base":  knownvalue.ObjectExact(map[string]knownvalue.Check{"class": knownvalue.Bool(true), "parameters": acctest.Texts()}),
		"role::frontend": knownvalue.ObjectExact(map[string]knownvalue.Check{"class": knownvalue.Bool(false), "parameters": acctest.Texts("workers")}),
	})
	listed := groupsData(`parent = "` + simulator.WebServersGroup + `"`)
	h.Run(t,
		h.ReadStep(groupData(`name = "Shop frontends"`), acctest.Value(one, "deleted", none["deleted"]), acctest.Value(one, "serial_number", acctest.Number(1)), acctest.Value(one, "last_edited", acctest.Time)),
		h.ReadStep(listed, acctest.Value(many, "groups", acctest.Items(none))),
	)
	h.RemoveClass("production", "profile::base")
	h.RemoveClass("production", "role::frontend")
	h.AddClass("production", "role::frontend", "port")
	h.Run(t,
		h.ReadStep(groupData(`name = "Shop frontends"`), acctest.Value(one, "deleted", gone)),
		h.ReadStep(listed, acctest.Value(many, "groups", acctest.Items(map[string]knownvalue.Check{"deleted": gone, "serial_number": acctest.Number(1), "last_edited": acctest.Time}))),
	)
}

// TestNodeGroup_DeletedInOtherForms has servers that say nothing of the past of a group, or something that is not known here.
func TestNodeGroup_DeletedInOtherForms(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{
		"nothing": "", "null": `,"deleted":null,"last_edited":null,"serial_number":null`, "empty": `,"deleted":{}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := acctest.New(t)
			h.AddFault(simulator.Fault{
				Method: http.MethodGet, Path: "/classifier-api/v1/groups/" + shop, Action: simulator.AnswerStatus, Status: http.StatusOK,
				Body: `{"id":"` + shop + `","name":"Shop","parent":"` + simulator.AllNodesGroup + `","environment":"production","classes":{}` + said + `}`,
			})
			h.Run(t, h.ReadStep(groupData(`id = "`+shop+`"`), acctest.Value(one, "deleted", knownvalue.MapExact(nil)),
				acctest.Value(one, "serial_number", knownvalue.Null()), acctest.Value(one, "last_edited", knownvalue.Null())))
		})
	}
}

// TestNodeGroupResource_WarnsOfDeleted refreshes a group whose class is gone, and once it is back.
func TestNodeGroupResource_WarnsOfDeleted(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	c := acctest.NewCLI(t, h, group("name = \"Shop\"\nclasses = { \"profile::base\" = {}, \"role::frontend\" = { workers = 8 } }")).Attached()
	const warning = "Node group Shop refers to what the code does not have"
	quiet := func(command ...string) {
		if printed := c.MustRun(t, command...); acctest.Says(warning).MatchString(printed) {
			t.Errorf("it warns:\n%s", printed)
		}
	}
	quiet("apply", "-auto-approve")
	h.RemoveClass("production", "profile::base")
	h.RemoveClass("production", "role::frontend")
	h.AddClass("production", "role::frontend", "port")
	acctest.MustSay(t, c.MustRun(t, "plan"), "No changes", warning, "The code of the environment production has none of these",
		"class profile::base, parameter workers of class role::frontend")
	h.AddClass("production", "profile::base")
	h.AddClass("production", "role::frontend", "workers")
	quiet("plan")
}

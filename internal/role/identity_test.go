// SPDX-License-Identifier: MPL-2.0

package role_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/provider"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// pluginServer is the provider as a CLI uses it, configured for this PE. It allows tests of CLIs that are newer than the one on this
// machine.
func pluginServer(t *testing.T, h *acctest.Harness) tfprotov6.ProviderServer {
	t.Helper()
	server, err := provider.Server("test", h.Machine)()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	block := schemas.Provider.ValueType()
	answer, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: objectOf(t, block, map[string]string{
		"server_url": h.ServerURL(), "rbac_url": h.RBACURL(), "token": h.AdminToken(), "ca_cert_pem": string(h.CACertPEM()),
	})})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range answer.Diagnostics {
		t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
	return server
}

// objectOf makes an object with the given texts, and null for everything else.
func objectOf(t *testing.T, of tftypes.Type, texts map[string]string) *tfprotov6.DynamicValue {
	t.Helper()
	object, ok := of.(tftypes.Object)
	if !ok {
		t.Fatalf("%s is no object", of)
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if text, ok := texts[name]; ok {
			values[name] = tftypes.NewValue(attribute, text)
		}
	}
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

// TestImport_ByIdentity imports by identity, as CLIs since Terraform 1.12 can.
func TestImport_ByIdentity(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	role := theirRole(t, h, "Theirs")
	client := h.RBACClient(t)
	if err := client.AddUsers(t.Context(), rbac.RoleUsers{RoleID: int64(h.Role(t, "Theirs").ID), UserIDs: []string{acctest.DanaID}}); err != nil {
		t.Fatal(err)
	}
	server := pluginServer(t, h)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		identity map[string]string
		id       string
	}{
		"pe_role":            {map[string]string{"id": role}, role},
		"pe_role_permission": {map[string]string{"role_id": role, "object_type": "tasks", "action": "run", "instance": "theirs"}, role + ":tasks:run:theirs"},
		"pe_role_membership": {map[string]string{"role_id": role, "user_id": acctest.DanaID}, role + ":user:" + acctest.DanaID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := identities.IdentitySchemas[name].ValueType()
			imported, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
				TypeName: name, Identity: &tfprotov6.ResourceIdentityData{IdentityData: objectOf(t, of, test.identity)},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range imported.Diagnostics {
				t.Fatalf("%s: %s", d.Summary, d.Detail)
			}
			read, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: name, CurrentState: imported.ImportedResources[0].State, CurrentIdentity: imported.ImportedResources[0].Identity,
				Private: imported.ImportedResources[0].Private,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range read.Diagnostics {
				t.Fatalf("%s: %s", d.Summary, d.Detail)
			}
			state := attributesOf(t, schemas.ResourceSchemas[name].ValueType(), read.NewState)
			if state["id"] != test.id {
				t.Errorf("the id is %q, want %q", state["id"], test.id)
			}
			for attribute, text := range attributesOf(t, of, read.NewIdentity.IdentityData) {
				if text != test.identity[attribute] {
					t.Errorf("the identity has %s = %q, want %q", attribute, text, test.identity[attribute])
				}
			}
		})
	}
}

// attributesOf returns the texts of an object.
func attributesOf(t *testing.T, of tftypes.Type, encoded *tfprotov6.DynamicValue) map[string]string {
	t.Helper()
	value, err := encoded.Unmarshal(of)
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := value.As(&attributes); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for name, attribute := range attributes {
		var text string
		if attribute.Type().Is(tftypes.String) && !attribute.IsNull() {
			if err := attribute.As(&text); err != nil {
				t.Fatal(err)
			}
		}
		if attribute.Type().Is(tftypes.String) {
			texts[name] = text
		}
	}
	return texts
}

func TestRole_ImportOfNothing(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	for _, id := range []string{"No such role", "99"} {
		h.RunCLI(t, resource.TestStep{
			Config: h.Config(acctest.RoleBody(`display_name = "x"`)), ResourceName: webRole, ImportState: true, ImportStateId: id,
			ExpectError: acctest.Says(fmt.Sprintf("%q is neither the number nor the display name of a role", id)),
		})
	}
	// A name may be a number.
	client := h.RBACClient(t)
	if _, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "2024"}); err != nil {
		t.Fatal(err)
	}
	h.RunCLI(t, resource.TestStep{
		Config:           h.Config("import {\n to = pe_role.web\n id = \"2024\"\n}\n" + acctest.RoleBody(`display_name = "2024"`)),
		ConfigPlanChecks: acctest.Planned(plancheck.ExpectResourceAction(webRole, plancheck.ResourceActionNoop)),
	})
}

// TestRole_Identity needs a CLI that supports identities.
func TestRole_Identity(t *testing.T) {
	t.Parallel()
	h := acctest.New(t)
	config := h.Config(acctest.RoleBody("display_name = \"Web\"\n"+permissions("tasks:run:a")) + `
resource "pe_role_permission" "p" {
  role_id     = data.pe_role.other.id
  object_type = "tasks"
  action      = "run"
  instance    = "package::install"
}
resource "pe_role_membership" "m" {
  role_id = data.pe_role.other.id
  user_id = "` + acctest.DanaID + `"
}
data "pe_role" "other" { display_name = "Other" }`)
	id, err := h.RBACClient(t).CreateRole(t.Context(), rbac.Role{DisplayName: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	other := knownvalue.StringExact(fmt.Sprint(id))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: h.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(version.Must(version.NewVersion("1.12.0")))},
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentityValueMatchesState(webRole, acctest.At("id")),
				statecheck.ExpectIdentity("pe_role_permission.p", map[string]knownvalue.Check{
					"role_id": other, "object_type": knownvalue.StringExact("tasks"), "action": knownvalue.StringExact("run"),
					"instance": knownvalue.StringExact("package::install"),
				}),
				statecheck.ExpectIdentity("pe_role_membership.m", map[string]knownvalue.Check{
					"role_id": other, "user_id": knownvalue.StringExact(acctest.DanaID), "group_id": knownvalue.Null(),
				}),
			}},
			{ResourceName: webRole, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{ResourceName: "pe_role_permission.p", ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			{ResourceName: "pe_role_membership.m", ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// SPDX-License-Identifier: MPL-2.0

package people_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// block is a resource with a body.
func block(kind, body string) string { return fmt.Sprintf("resource %q \"x\" {\n%s\n}\n", kind, body) }

// set is a set of texts.
func set(texts ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, text := range texts {
		checks = append(checks, acctest.Text(text))
	}
	return knownvalue.SetExact(checks)
}

// onServer returns the user and the group with a login.
func onServer(h *acctest.Harness, login string) (user simulator.User, group simulator.Group) {
	for _, u := range h.Users() {
		if u.Login == login {
			user = u
		}
	}
	for _, g := range h.Groups() {
		if g.Login == login {
			group = g
		}
	}
	return user, group
}

// has checks what the server has under a login.
func has(h *acctest.Harness, login, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		user, group := onServer(h, login)
		got := fmt.Sprint(user.DisplayName, " ", user.Email, " ", user.Revoked, " ", user.RoleIDs)
		if group.ID != "" {
			got = fmt.Sprint(group.DisplayName, " ", group.RoleIDs)
		}
		if got != want {
			return fmt.Errorf("%s is %q on the server, want %q", login, got, want)
		}
		return nil
	}
}

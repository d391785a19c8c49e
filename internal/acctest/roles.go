// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// What every simulated PE has.
const (
	DanaID    = "0f0d2c1b-6d5e-4b7a-8c9d-1e2f3a4b5c6d"
	FredID    = "4f3b8ead-5d77-4f4c-9c8a-9e4c3f5a6b74"
	WebteamID = "5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10"
	NobodyID  = "00000000-0000-4000-8000-00000000dead"
)

// RBACClient is a client for changes outside Terraform.
func (h *Harness) RBACClient(t *testing.T) *rbac.Client {
	t.Helper()
	transport, err := httpapi.New(httpapi.Config{Token: h.AdminToken(), TLS: httpapi.TLSConfig{CACertPEM: h.CACertPEM()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.Close)
	client, err := rbac.New(transport, h.RBACURL())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Role returns the role with a name as the server has it.
func (h *Harness) Role(t *testing.T, name string) simulator.Role {
	t.Helper()
	for _, role := range h.Roles() {
		if role.DisplayName == name {
			return role
		}
	}
	t.Fatalf("there is no role %q", name)
	return simulator.Role{}
}

// RoleBody returns a role with a body.
func RoleBody(body string) string { return "resource \"pe_role\" \"web\" {\n" + body + "\n}\n" }

// Grant returns a permission from TYPE:ACTION:INSTANCE.
func Grant(triple string) simulator.Permission {
	part := strings.SplitN(triple, ":", 3)
	return simulator.Permission{ObjectType: part[0], Action: part[1], Instance: part[2]}
}

// WebTarget is the address of a task-target.
const WebTarget = "pe_task_target.web"

// TokensOf lists the labels of the valid tokens of a user.
func (h *Harness) TokensOf(t *testing.T, id string) (labels []string) {
	t.Helper()
	tokens, err := h.RBACClient(t).UserTokens(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		labels = append(labels, token.Label+"/"+token.Client)
	}
	return labels
}

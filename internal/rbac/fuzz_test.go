// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// fuzzToken is the token of the client, which an answer may repeat. It begins with a letter that is at the end of no escape.
const fuzzToken = "zFuzzTokenThatNobodyMaySee"

// fuzzCalls has every call of the client that decodes an answer, with the answers to begin with. New ones go to the end, because findings
// name them by their number.
var fuzzCalls = []struct {
	fixtures string
	call     func(t *testing.T, ctx context.Context, c *rbac.Client) error
}{
	{"rbac-roles-id*.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		role, err := c.Role(ctx, 1)
		askRole(t, role, err)
		return err
	}},
	{"rbac-roles.list.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		roles, err := c.SharedRoles(ctx)
		for _, role := range roles {
			askRole(t, role, err)
		}
		return err
	}},
	{"rbac-roles-id.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		_, err := c.ReplaceRole(ctx, rbac.Role{ID: 1, DisplayName: "Deployers"})
		return err
	}},
	{"rbac-roles-id.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		id, err := c.CreateRole(ctx, rbac.Role{DisplayName: "Deployers"})
		if err == nil && id < 1 {
			t.Errorf("the new role has the id %d", id)
		}
		return err
	}},
	{"rbac-roles-id.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error {
		return c.UpdateRole(ctx, 1, func(r *rbac.Role) { r.UserIDs = append(r.UserIDs, "42bf351c-f9ec-40af-84ad-e976fec7f4bd") })
	}},
	{"rbac-users.list.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error {
		_, err := c.Users(ctx)
		return err
	}},
	{"rbac-users.list.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		user, ok, err := c.UserWithLogin(ctx, "admin")
		if ok && user.Login != "admin" {
			t.Errorf("found %q", user.Login)
		}
		return err
	}},
	{"rbac-users-*.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error {
		_, err := c.CurrentUser(ctx)
		return err
	}},
	{"rbac-groups.list.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		group, ok, err := c.GroupWithLogin(ctx, "operators")
		if ok && group.Login != "operators" {
			t.Errorf("found %q", group.Login)
		}
		return err
	}},
	{"rbac-types.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error {
		_, err := c.Types(ctx)
		return err
	}},
	{"rbac-permitted-type-action.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error {
		_, err := c.PermittedInstances(ctx, "tasks", "run")
		return err
	}},
	{"rbac-auth-token.response.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		token, err := c.Login(ctx, rbac.LoginRequest{Login: "admin", Password: fuzzToken})
		if err == nil && token == "" {
			t.Error("a login without a token")
		}
		return err
	}},
	{"rbac-users-id-tokens.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error {
		_, err := c.UserTokens(ctx, "42bf351c-f9ec-40af-84ad-e976fec7f4bd")
		return err
	}},
	{"error.rbac.*.json", func(_ *testing.T, ctx context.Context, c *rbac.Client) error { return c.RevokeItself(ctx, fuzzToken) }},
	{"rbac-groups.list.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		group, err := c.SetGroupRoles(ctx, "5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10", nil)
		if err == nil && group.ID == "" {
			t.Error("a group without an id")
		}
		return err
	}},
	{"rbac-users-*.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		user, err := c.ChangeUser(ctx, "5a4c9fbe-6e88-405d-8d9b-af5d4a6b7c85", rbac.UserChange{})
		if err == nil && user.ID == "" {
			t.Error("a user without an id")
		}
		return err
	}},
	{"rbac-groups.list.json", func(t *testing.T, ctx context.Context, c *rbac.Client) error {
		t.Helper()
		id, err := c.CreateGroup(ctx, rbac.NewGroup{Login: "webteam"})
		if err == nil && id == "" {
			t.Error("a new group without an id")
		}
		return err
	}},
}

func askRole(t *testing.T, role rbac.Role, err error) {
	t.Helper()
	if err != nil {
		return
	}
	if role.ID == 0 {
		t.Errorf("a role without an id: %+v", role)
	}
	encoded, err := json.Marshal(role)
	if err != nil {
		t.Fatal(err)
	}
	var again rbac.Role
	if err := json.Unmarshal(encoded, &again); err != nil || again.ID != role.ID || !again.SameContent(role) {
		t.Errorf("%+v is %+v after it was sent (%v)", role, again, err)
	}
}

// FuzzAnswers sends any answer to each call: what is decoded makes sense, what is not is an error of a known kind, and no error shows the
// token.
func FuzzAnswers(f *testing.F) {
	for i, call := range fuzzCalls {
		names, err := fs.Glob(apifixtures.Files, call.fixtures)
		if err != nil || len(names) == 0 {
			f.Fatalf("no fixture is called %s (%v)", call.fixtures, err)
		}
		for _, name := range append(names, "error.rbac-api.conflict.json") {
			body, err := apifixtures.Files.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			status := uint16(http.StatusOK)
			if strings.HasPrefix(name, "error.") {
				status = http.StatusConflict
			}
			f.Add(uint8(i), status, "/rbac-api/v1/roles/7", body)
		}
		f.Add(uint8(i), uint16(http.StatusNotFound), "", []byte("<html><title>"+fuzzToken+"</title></html>"))
	}
	f.Add(uint8(3), uint16(http.StatusSeeOther), "https://"+fuzzToken+"@pe.example.com/login?next=/roles/1#x", []byte{})

	var status int
	var location string
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	f.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{Token: fuzzToken})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(transport.Close)

	f.Fuzz(func(t *testing.T, call uint8, answer uint16, to string, text []byte) {
		const longest = 1 << 16
		if len(text) > longest || len(to) > longest || strings.ContainsFunc(to, func(r rune) bool { return r < ' ' || r > '~' }) {
			return // no header that a server can send
		}
		if _, err := url.Parse(to); err != nil {
			return // net/http refuses such a redirect by itself, before the transport sees it
		}
		status, location, body = statusOf(answer), to, text
		client, err := rbac.New(transport, server.URL)
		if err != nil {
			t.Fatal(err)
		}
		checkError(t, fuzzCalls[int(call)%len(fuzzCalls)].call(t, t.Context(), client), status)
	})
}

// statusOf makes a status with a body out of any number.
func statusOf(number uint16) int {
	status := int(http.StatusOK + number%400)
	if number >= http.StatusOK && number < 600 {
		status = int(number)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		return http.StatusOK
	}
	return status
}

// checkError checks that an error is one of those that callers know, belongs to the status, and shows no token.
func checkError(t *testing.T, err error, status int) {
	t.Helper()
	if err == nil {
		return
	}
	if strings.Contains(err.Error(), fuzzToken) {
		t.Errorf("the token is in the error: %v", err)
	}
	var refused *httpapi.Error
	var decode *httpapi.DecodeError
	var withoutID *httpapi.AnswerWithoutIDError
	switch {
	case errors.As(err, &refused):
		if refused.Status != status || status < http.StatusMultipleChoices {
			t.Errorf("the server answered %d, and the error is %v", status, err)
		}
	case errors.As(err, &decode):
		const longest = 2000
		// 303 is what some servers answer to a creation, so that it is read like a success.
		if status >= http.StatusMultipleChoices && status != http.StatusSeeOther || len(err.Error()) > longest {
			t.Errorf("the server answered %d, and the error is %.*q", status, longest, err.Error())
		}
	case errors.As(err, &withoutID), errors.Is(err, collection.ErrNotListed), strings.HasSuffix(err.Error(), ": the answer holds no token"):
	default:
		t.Errorf("an error that nobody knows: %T %v", err, err)
	}
}

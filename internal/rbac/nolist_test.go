// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

func body(status int, text string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// TestLists_ThatCannotBeLists gives lists answers that are JSON and not lists. None of them counts as an empty list.
func TestLists_ThatCannotBeLists(t *testing.T) {
	t.Parallel()
	lists := map[string]func(context.Context, *rbac.Client) error{
		"GET /v1/roles":  func(ctx context.Context, c *rbac.Client) error { _, err := c.Roles(ctx); return err },
		"GET /v1/users":  func(ctx context.Context, c *rbac.Client) error { _, err := c.Users(ctx); return err },
		"GET /v1/groups": func(ctx context.Context, c *rbac.Client) error { _, err := c.Groups(ctx); return err },
		"GET /v1/types":  func(ctx context.Context, c *rbac.Client) error { _, err := c.Types(ctx); return err },
		"GET /v1/permitted/a/b": func(ctx context.Context, c *rbac.Client) error {
			_, err := c.PermittedInstances(ctx, "a", "b")
			return err
		},
		"GET /v1/users/x/tokens": func(ctx context.Context, c *rbac.Client) error { _, err := c.UserTokens(ctx, "x"); return err },
	}
	for path, list := range lists {
		for text, fails := range map[string]bool{`{}`: true, `null`: true, `{"items":null}`: true, `<html></html>`: true, ``: true, `[]`: false} {
			t.Run(path+" "+text, func(t *testing.T) {
				t.Parallel()
				if path == "GET /v1/users/x/tokens" && !fails {
					text = `{"items":[]}`
				}
				client, _ := newClient(t, "", map[string]func(http.ResponseWriter){path: body(http.StatusOK, text)})
				err := list(t.Context(), client)
				var decodeErr *httpapi.DecodeError
				if errors.As(err, &decodeErr) != fails || (err != nil) != fails {
					t.Errorf("got %v, want a DecodeError: %v", err, fails)
				}
			})
		}
	}
}

// TestRole_ThatCannotBeARole answers for a role with JSON that is not a role.
func TestRole_ThatCannotBeARole(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{}`, `null`, `{"display_name":"Web"}`} {
		client, _ := newClient(t, "", map[string]func(http.ResponseWriter){
			"GET /v1/roles/7": body(http.StatusOK, text), "GET /v1/roles": body(http.StatusOK, `[`+text+`]`),
		})
		var decodeErr *httpapi.DecodeError
		if _, err := client.Role(t.Context(), 7); !errors.As(err, &decodeErr) {
			t.Errorf("%s: reading gave %v", text, err)
		}
		if _, err := client.Roles(t.Context()); !errors.As(err, &decodeErr) {
			t.Errorf("%s: listing gave %v", text, err)
		}
	}
}

// TestRole_ThatAPageHides answers for a role with the 404 page of a proxy. Only a list without it proves that it is gone.
func TestRole_ThatAPageHides(t *testing.T) {
	t.Parallel()
	page := body(http.StatusNotFound, "<html><title>Not here</title></html>")
	for name, test := range map[string]struct {
		list func(http.ResponseWriter)
		gone bool
	}{
		"the list has it":       {body(http.StatusOK, `[{"id":7,"display_name":"Web"}]`), false},
		"the list lacks it":     {body(http.StatusOK, `[{"id":8,"display_name":"Ops"}]`), true},
		"the list is no list":   {body(http.StatusOK, `{}`), false},
		"the list is a page":    {page, false},
		"the list is forbidden": {body(http.StatusForbidden, `{"kind":"permission-denied","msg":"no"}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newClient(t, "", map[string]func(http.ResponseWriter){
				"GET /v1/roles/7": page, "DELETE /v1/roles/7": page, "GET /v1/roles": test.list,
			})
			if _, err := client.Role(t.Context(), 7); rbac.IsUnknown(err) != test.gone || err == nil {
				t.Errorf("reading: gone %v, want %v: %v", rbac.IsUnknown(err), test.gone, err)
			}
			if err := client.DeleteRole(t.Context(), 7); (err == nil) != test.gone {
				t.Errorf("deleting: %v", err)
			}
		})
	}
}

// TestCreateRole_WithoutAUsableLocation distinguishes an answer after which the role may exist from a refusal.
func TestCreateRole_WithoutAUsableLocation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer func(http.ResponseWriter)
		may    bool
	}{
		"201 without":       {status(201), true},
		"303 without":       {status(303), true},
		"303 to a login":    {created(303, "https://sso.example.com/login"), true},
		"no number":         {created(201, "/rbac-api/v1/roles/new"), true},
		"no URL":            {created(201, "http://[x"), true},
		"refused by RBAC":   {body(409, `{"kind":"conflict","msg":"taken"}`), false},
		"refused by a page": {body(409, "<html></html>"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := newClient(t, "", map[string]func(http.ResponseWriter){"POST /v1/roles": test.answer})
			_, err := client.CreateRole(t.Context(), rbac.Role{DisplayName: "Web"})
			var without *httpapi.AnswerWithoutIDError
			if err == nil || errors.As(err, &without) != test.may {
				t.Errorf("got %v", err)
			}
		})
	}
}

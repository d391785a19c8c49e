// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/rbac"
)

// server answers by path, and records its requests.
type server struct {
	mu       sync.Mutex
	requests []string
	answers  map[string]func(http.ResponseWriter)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	request := r.Method + " " + strings.TrimPrefix(r.URL.RequestURI(), "/rbac-api")
	s.mu.Lock()
	s.requests = append(s.requests, request+" "+string(body))
	s.mu.Unlock()
	if answer, ok := s.answers[request]; ok {
		answer(w)
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

func newClient(t *testing.T, suffix string, answers map[string]func(http.ResponseWriter)) (*rbac.Client, *server) {
	t.Helper()
	s := &server{answers: answers}
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	client, err := rbac.New(transport, listening.URL+suffix)
	if err != nil {
		t.Fatal(err)
	}
	return client, s
}

func created(status int, location string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	}
}

// someID is the id of a user or a group.
const someID = "fe62d770-5886-11e4-8ed6-0800200c9a66"

func status(code int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(code) }
}

func TestCreateRole_Q26IDIsInTheLocation(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer func(http.ResponseWriter)
		want   int64
		fails  bool
	}{
		"201":                     {created(201, "/rbac-api/v1/roles/7"), 7, false},
		"303":                     {created(303, "https://pe.example.com:4433/rbac-api/v1/roles/8"), 8, false},
		"a slash at the end":      {created(201, "/rbac-api/v1/roles/9/"), 9, false},
		"no location":             {created(201, ""), 0, true},
		"a redirect to a login":   {created(303, "https://sso.example.com/login/7"), 0, true},
		"a location of no number": {created(201, "/rbac-api/v1/roles/new"), 0, true},
		"taken":                   {status(409), 0, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, s := newClient(t, "/rbac-api/", map[string]func(http.ResponseWriter){"POST /v1/roles": test.answer})
			got, err := client.CreateRole(t.Context(), rbac.Role{ID: 3, DisplayName: "Web"})
			if got != test.want || (err != nil) != test.fails {
				t.Errorf("got %d, %v", got, err)
			}
			// Empty lists are required, and a new role has no id.
			if want := `POST /v1/roles {"display_name":"Web","description":null,"permissions":[],"user_ids":[],"group_ids":[]}`; len(s.requests) != 1 || s.requests[0] != want {
				t.Errorf("sent %v", s.requests)
			}
		})
	}
}

func TestAddGroups_UnderBothNames(t *testing.T) {
	t.Parallel()
	groups := rbac.RoleGroups{RoleID: 7, GroupIDs: []string{"x"}}
	for name, path := range map[string]string{"PE 2021": "/v1/command/roles/add-user-groups", "newer": "/v1/command/roles/add-groups"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, s := newClient(t, "", map[string]func(http.ResponseWriter){"POST " + path: status(204)})
			if err := client.AddGroups(t.Context(), groups); err != nil {
				t.Error(err)
			}
			if last := s.requests[len(s.requests)-1]; last != "POST "+path+` {"role_id":7,"group_ids":["x"]}` {
				t.Errorf("sent %v", s.requests)
			}
		})
	}
	client, _ := newClient(t, "", nil)
	if err := client.AddGroups(t.Context(), groups); httpapi.StatusOf(err) != 404 {
		t.Errorf("got %v", err)
	}
}

// TestCommands_AreNotTriedAgain changes a role of a server before PE 2021.4, which has no commands: one failed command shows that for all
// commands and roles.
func TestCommands_AreNotTriedAgain(t *testing.T) {
	t.Parallel()
	role := func(id string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, `{"id":`+id+`,"display_name":"Web","user_ids":["z"]}`)
		}
	}
	client, s := newClient(t, "", map[string]func(http.ResponseWriter){
		"GET /v1/roles/7": role("7"), "PUT /v1/roles/7": role("7"), "GET /v1/roles/8": role("8"), "PUT /v1/roles/8": role("8"),
	})
	if err := client.AddUsers(t.Context(), rbac.RoleUsers{RoleID: 7, UserIDs: []string{"x"}}); err != nil {
		t.Fatal(err)
	}
	if err := client.AddGroups(t.Context(), rbac.RoleGroups{RoleID: 8, GroupIDs: []string{"y"}}); err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, request := range s.requests {
		method, path, _ := strings.Cut(request, " ")
		path, _, _ = strings.Cut(path, " ")
		asked = append(asked, method+" "+path)
	}
	want := []string{"POST /v1/command/roles/add-users", "GET /v1/roles/7", "PUT /v1/roles/7", "GET /v1/roles/8", "PUT /v1/roles/8"}
	if !slices.Equal(asked, want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
}

// TestDelete_WhatIsGone deletes what may be gone: RBAC's own 404 says that it is, and any other one only where the list does not have it.
func TestDelete_WhatIsGone(t *testing.T) {
	t.Parallel()
	own, page := body(404, `{"kind":"puppetlabs.rbac/not-found","msg":"x"}`), body(404, "<html>no route</html>")
	for collection, test := range map[string]struct {
		id     string
		delete func(*rbac.Client, context.Context) error
	}{
		"roles":  {"7", func(c *rbac.Client, ctx context.Context) error { return c.DeleteRole(ctx, 7) }},
		"users":  {someID, func(c *rbac.Client, ctx context.Context) error { return c.DeleteUser(ctx, someID) }},
		"groups": {someID, func(c *rbac.Client, ctx context.Context) error { return c.DeleteGroup(ctx, someID) }},
	} {
		there := fmt.Sprintf(`[{"id":%q,"display_name":"x","login":"x"}]`, test.id)
		if collection == "roles" {
			there = `[{"id":7,"display_name":"x"}]`
		}
		for name, answers := range map[string]struct {
			deletion, list func(http.ResponseWriter)
			fails          bool
		}{
			"it was there":                        {status(200), nil, false},
			"RBAC says that it is gone":           {own, nil, false},
			"nothing is said, and it is gone":     {status(404), body(200, `[]`), false},
			"nothing is said, and it is there":    {status(404), body(200, there), true},
			"nothing is said, nor in the list":    {status(404), status(404), true},
			"a page, and it is gone":              {page, body(200, `[]`), false},
			"a page, and it is there":             {page, body(200, there), true},
			"it may not be deleted by this token": {body(403, `{"kind":"puppetlabs.rbac/permission-denied","msg":"x"}`), nil, true},
		} {
			client, _ := newClient(t, "", map[string]func(http.ResponseWriter){"DELETE /v1/" + collection + "/" + test.id: answers.deletion, "GET /v1/" + collection: answers.list})
			if err := test.delete(client, t.Context()); (err != nil) != answers.fails {
				t.Errorf("%s, %s: got %v", collection, name, err)
			}
		}
	}
}

// TestRead_WhatIsGone reads users and groups of which nothing says that they are gone but an empty body.
func TestRead_WhatIsGone(t *testing.T) {
	t.Parallel()
	there := fmt.Sprintf(`[{"id":%q,"display_name":"x","login":"x"}]`, someID)
	for collection, read := range map[string]func(*rbac.Client, context.Context) error{
		"users": func(c *rbac.Client, ctx context.Context) error {
			_, err := c.User(ctx, someID)
			return err
		},
		"groups": func(c *rbac.Client, ctx context.Context) error {
			_, err := c.Group(ctx, someID)
			return err
		},
	} {
		for list, gone := range map[string]bool{`[]`: true, there: false, `{"x":1}`: false} {
			client, _ := newClient(t, "", map[string]func(http.ResponseWriter){"GET /v1/" + collection + "/" + someID: status(404), "GET /v1/" + collection: body(200, list)})
			if err := read(client, t.Context()); err == nil || rbac.IsUnknown(err) != gone {
				t.Errorf("%s, and the list is %s: got %v", collection, list, err)
			}
		}
	}
}

func TestLogin_SecretsAreRedacted(t *testing.T) {
	t.Parallel()
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(&server{answers: map[string]func(http.ResponseWriter){
		"POST /v1/auth/token": func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"token":"0NewToken"}`) },
	}})
	t.Cleanup(listening.Close)
	client, err := rbac.New(transport, listening.URL)
	if err != nil {
		t.Fatal(err)
	}
	if token, err := client.Login(t.Context(), rbac.LoginRequest{Login: "dana", Password: "hunter2"}); err != nil || token != "0NewToken" {
		t.Errorf("got %q, %v", token, err)
	}
	if got := transport.Redactor().Text("dana hunter2 0NewToken"); got != "dana (redacted) (redacted)" {
		t.Errorf("got %q", got)
	}
}

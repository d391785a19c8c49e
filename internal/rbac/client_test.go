// SPDX-License-Identifier: MPL-2.0

package rbac_test

import (
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
		return func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"id":`+id+`,"display_name":"Web"}`) }
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

func TestDeleteRole_TwiceSucceeds(t *testing.T) {
	t.Parallel()
	for code, fails := range map[int]bool{200: false, 404: false, 403: true} {
		client, _ := newClient(t, "", map[string]func(http.ResponseWriter){"DELETE /v1/roles/7": status(code)})
		if err := client.DeleteRole(t.Context(), 7); (err != nil) != fails {
			t.Errorf("%d: got %v", code, err)
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

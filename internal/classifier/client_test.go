// SPDX-License-Identifier: MPL-2.0

package classifier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// at returns a client of a server that answers every request alike, and the paths that were asked for.
func at(t *testing.T, suffix string, status int, body string) (client *classifier.Client, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		paths = append(paths, r.Method+" "+r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	if client, err = classifier.New(transport, server.URL+suffix); err != nil {
		t.Fatal(err)
	}
	return client, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(paths)
	}
}

// TestNew_DerivesTheAddressFromRBAC has the forms in which the URL of RBAC is given.
func TestNew_DerivesTheAddressFromRBAC(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", "/", "/rbac-api", "/rbac-api/"} {
		client, asked := at(t, suffix, http.StatusOK, `{"nodes":["b","a"]}`)
		nodes, err := client.Nodes(t.Context(), classifier.AllNodes)
		if err != nil || !slices.Equal(nodes, []string{"a", "b"}) || !slices.Equal(asked(), []string{"GET /classifier-api/v1/groups/" + classifier.AllNodes + "/nodes"}) {
			t.Errorf("%q: %v, %v, asked %v", suffix, nodes, err, asked())
		}
	}
}

// TestGroups_SortsByNameAndEnvironment lists groups, whose order the server leaves open.
func TestGroups_SortsByNameAndEnvironment(t *testing.T) {
	t.Parallel()
	client, _ := at(t, "", http.StatusOK, `[{"id":"3","name":"b","environment":"x"},{"id":"2","name":"a","environment":"y","rule":null},{"id":"1","name":"a","environment":"x"}]`)
	groups, err := client.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, group := range groups {
		ids = append(ids, group.ID)
		if group.Rule != nil {
			t.Errorf("a rule of null is none, and not %s", group.Rule)
		}
	}
	if !slices.Equal(ids, []string{"1", "2", "3"}) {
		t.Errorf("got %v", ids)
	}
}

// TestReads_RefuseWhatIsNoGroup has answers of something else.
func TestReads_RefuseWhatIsNoGroup(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`null`, `{}`, `[{}]`, `[{"id":"1"}]`, `"x"`, `{"id":"1"}`, `{"name":"a"}`, `{"id":"2","name":"a"}`} {
		client, _ := at(t, "", http.StatusOK, body)
		if _, err := client.Groups(t.Context()); err == nil {
			t.Errorf("%s is a list of groups", body)
		}
		if _, err := client.Group(t.Context(), "1"); err == nil {
			t.Errorf("%s is a group", body)
		}
	}
}

// TestIsUnknown tells a group that is gone from a server that is older or elsewhere.
func TestIsUnknown(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"kind":"not-found","msg":"The resource could not be found.","details":"x"}`: true,
		`{"kind":"other","msg":"no"}`: false,
		`<html></html>`:               false,
	} {
		client, _ := at(t, "", http.StatusNotFound, body)
		if _, err := client.Group(t.Context(), "1"); classifier.IsUnknown(err) != want {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestGroup_ManyShareOneList reads many groups at the same time, which takes one request.
func TestGroup_ManyShareOneList(t *testing.T) {
	t.Parallel()
	client, asked := at(t, "", http.StatusOK, `[{"id":"1","name":"a"},{"id":"2","name":"b"}]`)
	var done sync.WaitGroup
	for range 20 {
		done.Go(func() {
			if _, err := client.Group(context.WithoutCancel(t.Context()), "2"); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if got := asked(); len(got) != 1 || got[0] != "GET /classifier-api/v1/groups" {
		t.Errorf("asked %v", got)
	}
}

// TestPin_SendsOneNode pins a node, takes it out again, and has classes read again.
func TestPin_SendsOneNode(t *testing.T) {
	t.Parallel()
	client, asked := at(t, "", http.StatusNoContent, "")
	err := errors.Join(client.Pin(t.Context(), "1", "a"), client.Unpin(t.Context(), "1", "a"), client.UpdateClasses(t.Context(), "production", time.Minute))
	want := []string{"POST /classifier-api/v1/groups/1/pin", "POST /classifier-api/v1/groups/1/unpin", "POST /classifier-api/v1/update-classes"}
	if got := asked(); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, asked %v", err, got)
	}
	gone, _ := at(t, "", http.StatusNotFound, `{"kind":"not-found","msg":"The resource could not be found."}`)
	if err := gone.Unpin(t.Context(), "1", "a"); !classifier.IsUnknown(err) || !strings.Contains(err.Error(), "unpinning the node a, node group 1") {
		t.Error(err)
	}
}

// TestPin_SendsAgain sends a pin again when somebody else has changed the rule at the same time, and not for ever.
func TestPin_SendsAgain(t *testing.T) {
	t.Parallel()
	client, changes := racing(t, 2)
	if err := client.Pin(t.Context(), "1", "a"); err != nil || len(changes()) != 3 {
		t.Errorf("%v after %d requests", err, len(changes()))
	}
	client, changes = racing(t, 1000)
	if err := client.Unpin(t.Context(), "1", "a"); httpapi.StatusOf(err) != http.StatusConflict || len(changes()) > 20 {
		t.Errorf("%v after %d requests", err, len(changes()))
	}
}

// racing is a server on which somebody else changes a group before each of the first changes.
func racing(t *testing.T, races int) (client *classifier.Client, changes func() []string) {
	t.Helper()
	var mu sync.Mutex
	serial := int64(1)
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
			if races--; races >= 0 {
				serial++
				w.WriteHeader(http.StatusConflict)
				_, _ = w.Write([]byte(`{"kind":"conflict","msg":"The group was changed by someone else."}`))
				return
			}
		}
		_, _ = fmt.Fprintf(w, `{"id":"1","name":"a","serial_number":%d}`, serial)
	}))
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	if client, err = classifier.New(transport, server.URL); err != nil {
		t.Fatal(err)
	}
	return client, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return bodies
	}
}

// TestChange_BeginsAgain makes a change anew when somebody else was faster, and not for ever.
func TestChange_BeginsAgain(t *testing.T) {
	t.Parallel()
	name := func(g classifier.Group) (classifier.Delta, error) {
		return classifier.Delta{Name: new(fmt.Sprint("after ", *g.SerialNumber))}, nil
	}
	client, changes := racing(t, 2)
	_, err := client.Change(t.Context(), "1", name)
	want := []string{`{"serial_number":1,"name":"after 1"}`, `{"serial_number":2,"name":"after 2"}`, `{"serial_number":3,"name":"after 3"}`}
	if got := changes(); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, sent %v", err, got)
	}
	client, changes = racing(t, 1000)
	if _, err := client.Change(t.Context(), "1", name); httpapi.StatusOf(err) != http.StatusConflict || len(changes()) > 20 {
		t.Errorf("%v after %d changes", err, len(changes()))
	}
	refused := errors.New("no")
	if _, err := client.Change(t.Context(), "1", func(classifier.Group) (classifier.Delta, error) { return classifier.Delta{}, refused }); !errors.Is(err, refused) {
		t.Error(err)
	}
	if _, err := client.Change(t.Context(), "2", name); err == nil {
		t.Error("another group was changed")
	}
}

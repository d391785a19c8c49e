// SPDX-License-Identifier: MPL-2.0

package codemanager_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// FuzzAnswers decodes any answer: each deploy that comes of it has an environment and a status, and the queue names no environment twice.
func FuzzAnswers(f *testing.F) {
	names, err := fs.Glob(apifixtures.Files, "code_manager-*.json")
	if err != nil || len(names) == 0 {
		f.Fatal("there are no fixtures", err)
	}
	for _, name := range names {
		if body, err := apifixtures.Files.ReadFile(name); err == nil {
			f.Add(body)
		}
	}
	var answer atomic.Pointer[[]byte]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(*answer.Load()) }))
	f.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		f.Fatal(err)
	}
	client, err := codemanager.New(transport, server.URL+"/code-manager")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer.Store(&body)
		deploys, err := client.Deploy(t.Context(), codemanager.Request{All: true, Timeout: time.Minute})
		if (err == nil) != (deploys != nil) {
			t.Errorf("%q is %+v, %v", body, deploys, err)
		}
		for _, d := range deploys {
			if d.Environment == "" || d.Status == "" {
				t.Errorf("%q has the deploy %+v", body, d)
			}
		}
		q, err := client.Queue(t.Context())
		if err == nil && (len(slices.Compact(q.Waiting)) != len(q.Waiting) || !slices.IsSorted(q.Lagging)) {
			t.Errorf("%q has the queue %+v", body, q)
		}
	})
}

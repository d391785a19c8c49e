// SPDX-License-Identifier: MPL-2.0

package codemanager_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/codemanager"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// clientOf returns a client of a handler that tries once more after a failure.
func clientOf(t *testing.T, handle http.HandlerFunc) *codemanager.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: 1, RetryMaxWait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	client, err := codemanager.New(transport, server.URL+"/code-manager/")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestDeploy_Requests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request codemanager.Request
		body    string
	}{
		"environments": {codemanager.Request{Environments: []string{"a", "b"}}, `{"environments":["a","b"]}`},
		"one module":   {codemanager.Request{Environments: []string{"a"}, Modules: []string{"shop"}}, `{"environments":["a"],"modules":["shop"]}`},
		"no modules":   {codemanager.Request{Environments: []string{"a"}, DeployModules: new(bool)}, `{"environments":["a"],"deploy-modules":false}`},
		"all":          {codemanager.Request{All: true, Wait: true}, `{"deploy-all":true,"wait":true}`},
	} {
		client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || string(body) != test.body || r.Method+" "+r.URL.Path != "POST /code-manager/v1/deploys" {
				t.Errorf("%s: %s %s %s, %v", name, r.Method, r.URL.Path, body, err)
			}
			_, _ = io.WriteString(w, `[{"environment":"a","id":1,"status":"complete","deploy-signature":"cafe"}]`)
		})
		test.request.Timeout = time.Minute
		deploys, err := client.Deploy(t.Context(), test.request)
		if err != nil || len(deploys) != 1 || deploys[0].Signature != "cafe" || deploys[0].Error != nil {
			t.Errorf("%s: %+v, %v", name, deploys, err)
		}
	}
}

// TestDeploy_LostAnswerIsAskedForAgain: a deploy that is repeated is harmless.
func TestDeploy_LostAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = connection.Close()
			}
			return
		}
		_, _ = io.WriteString(w, `[{"environment":"a","id":2,"status":"new"}]`)
	})
	deploys, err := client.Deploy(t.Context(), codemanager.Request{All: true, Timeout: time.Minute})
	if err != nil || len(deploys) != 1 || asked.Load() != 2 {
		t.Errorf("got %+v, %v after %d requests", deploys, err, asked.Load())
	}
}

func TestDeploy_UnusableAnswers(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"null", "{}", "", `[{}]`, `[{"environment":"a"}]`, `[{"status":"complete"}]`, `[{"environment":"a","status":"co`} {
		client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
		var unusable *httpapi.DecodeError
		if deploys, err := client.Deploy(t.Context(), codemanager.Request{All: true, Timeout: time.Minute}); !errors.As(err, &unusable) {
			t.Errorf("%q: got %+v, %v", answer, deploys, err)
		}
	}
}

// TestDeploy_EndsInTime ends by its own timeout, by an interruption, and neither for the other's reason.
func TestDeploy_EndsInTime(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	defer close(gone)
	client := clientOf(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then, the server does not see that the client leaves
		select {
		case <-r.Context().Done():
		case <-gone:
		}
	})
	if _, err := client.Deploy(t.Context(), codemanager.Request{All: true, Timeout: 20 * time.Millisecond}); !errors.Is(err, codemanager.ErrTimeout) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := client.Deploy(ctx, codemanager.Request{All: true, Timeout: time.Minute}); err == nil || errors.Is(err, codemanager.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	client := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/code-manager/v1/deploys/status" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		_, _ = io.WriteString(w, `{"deploys-status":{"new":[{"environment":"b"}],"queued":[{"environment":"a"},{"environment":"b"}],
			"deploying":[{"environment":"c"}],"failed":[{"environment":"d"}]},
			"file-sync-client-status":{"file-sync-clients":{"y":{"synced-with-file-sync-storage":false},"x":{},"z":{"synced-with-file-sync-storage":true}}}}`)
	})
	q, err := client.Queue(t.Context())
	if err != nil || !slices.Equal(q.Waiting, []string{"a", "b"}) || !slices.Equal(q.Deploying, []string{"c"}) || !slices.Equal(q.Lagging, []string{"x", "y"}) {
		t.Errorf("got %+v, %v", q, err)
	}
	client = clientOf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) })
	if _, err := client.Queue(t.Context()); err == nil || !strings.Contains(err.Error(), "reading the status of deploys") {
		t.Errorf("got %v", err)
	}
}

// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// clientOf returns a client of a server that gives every request the same answer.
func clientOf(t *testing.T, status int, body string) *orchestrator.Client {
	t.Helper()
	return clientAt(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func clientAt(t *testing.T, handler http.HandlerFunc) *orchestrator.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	client, err := orchestrator.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestLists_ThatCannotBeLists gives every list an answer that is JSON and not a list. None of them counts as an empty list.
func TestLists_ThatCannotBeLists(t *testing.T) {
	t.Parallel()
	type call func(context.Context, *orchestrator.Client) (int, error)
	lists := map[string]call{
		"task-targets": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := c.TaskTargets(ctx)
			return len(items), err
		},
		"recent jobs": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := c.RecentJobs(ctx, 5)
			return len(items), err
		},
		"jobs": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.Jobs(ctx, orchestrator.JobFilter{}), 0)
			return len(items), err
		},
		"plan jobs": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.PlanJobs(ctx, orchestrator.PlanJobFilter{}), 0)
			return len(items), err
		},
		"nodes": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.JobNodes(ctx, "7", orchestrator.JobNodeFilter{}), 0)
			return len(items), err
		},
		"schedules": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{}), 0)
			return len(items), err
		},
		"legacy schedules": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.LegacyJobs(ctx), 0)
			return len(items), err
		},
		"inventory": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := c.Inventory(ctx)
			return len(items), err
		},
		"tasks": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			list, err := c.TaskList(ctx, "production")
			return len(list.Tasks), err
		},
		"events": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.AllJobEvents(ctx, "7", 0), 0)
			return len(items), err
		},
		"report": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			items, err := orchestrator.Collect(c.JobReport(ctx, "7"), 0)
			return len(items), err
		},
		"usage": func(ctx context.Context, c *orchestrator.Client) (int, error) {
			usage, err := c.Usage(ctx, orchestrator.UsageFilter{})
			return len(usage.Days), err
		},
	}
	for name, list := range lists {
		for body, fails := range map[string]bool{
			`{}`: true, `{"items":null}`: true, `null`: true, `{"items":{}}`: true, `[]`: true, `<html><title>No</title></html>`: true, ``: true,
			`{"items":[]}`: false,
		} {
			t.Run(name+" "+body, func(t *testing.T) {
				t.Parallel()
				found, err := list(t.Context(), clientOf(t, http.StatusOK, body))
				var decodeErr *httpapi.DecodeError
				if errors.As(err, &decodeErr) != fails || (err != nil) != fails || found != 0 {
					t.Errorf("got %d items and %v, want a DecodeError: %v", found, err, fails)
				}
			})
		}
	}
}

// TestSchedules_NotFoundPageOfAProxyProvesNothing answers with the 404 page of a proxy: nothing counts as gone or deleted.
func TestSchedules_NotFoundPageOfAProxyProvesNothing(t *testing.T) {
	t.Parallel()
	client := clientOf(t, http.StatusNotFound, "<html><title>Not here</title></html>")
	if _, err := client.EnvironmentJob(t.Context(), "7"); err == nil || orchestrator.IsUnknownEnvironmentJob(err) {
		t.Errorf("reading: %v", err)
	}
	if err := client.DeleteLegacyJob(t.Context(), "7"); httpapi.StatusOf(err) != http.StatusNotFound {
		t.Errorf("deleting: %v", err)
	}
	if err := client.DisableEnvironmentJob(t.Context(), "7"); err == nil {
		t.Error("it was taken for disabled")
	}
}

// TestSchedules_NotFoundPageOfAProxyBesideAList has a list that can be read, and a page instead of one schedule.
func TestSchedules_NotFoundPageOfAProxyBesideAList(t *testing.T) {
	t.Parallel()
	for body, gone := range map[string]bool{
		"<html><title>Not here</title></html>": false,
		"":                                     true,
		`{"kind":"puppetlabs.orchestrator/unknown-scheduled-job","msg":"x"}`: true,
	} {
		client := clientAt(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/environment_jobs") {
				_, _ = io.WriteString(w, `{"items":[]}`)
				return
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, body)
		})
		if _, err := client.EnvironmentJob(t.Context(), "7"); err == nil || orchestrator.IsUnknownEnvironmentJob(err) != gone {
			t.Errorf("%q: gone %v, want %v: %v", body, !gone, gone, err)
		}
		if err := client.DisableEnvironmentJob(t.Context(), "7"); (err == nil) != gone {
			t.Errorf("%q: disabling gave %v", body, err)
		}
	}
}

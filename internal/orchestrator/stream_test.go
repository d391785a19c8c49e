// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// streamed are the lists that are passed on while they are read, as the names of what is in them.
var streamed = map[string]func(context.Context, *orchestrator.Client) iter.Seq2[string, error]{
	"events": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.AllJobEvents(ctx, "1", 0), func(e orchestrator.Event) string { return fmt.Sprint(e.ID) })
	},
	"plan events": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.AllPlanJobEvents(ctx, "1", 0), func(e orchestrator.Event) string { return fmt.Sprint(e.ID) })
	},
	"report": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.JobReport(ctx, "1"), func(e orchestrator.ReportEntry) string { return e.Node })
	},
	"nodes": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.JobNodes(ctx, "1", orchestrator.JobNodeFilter{}), func(n orchestrator.JobNode) string { return n.Name })
	},
	"jobs": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.Jobs(ctx, orchestrator.JobFilter{}), func(j orchestrator.Job) string { return j.ID })
	},
	"plan jobs": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.PlanJobs(ctx, orchestrator.PlanJobFilter{}), func(j orchestrator.PlanJob) string { return j.ID })
	},
	"schedules": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.EnvironmentJobs(ctx, orchestrator.EnvironmentJobFilter{}), func(j orchestrator.EnvironmentJob) string { return j.ID })
	},
	"schedules of before PE 2021.7": func(ctx context.Context, c *orchestrator.Client) iter.Seq2[string, error] {
		return names(c.LegacyJobs(ctx), func(j orchestrator.LegacyJob) string { return j.ID })
	},
}

func names[T any](items iter.Seq2[T, error], name func(T) string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range items {
			if !yield(name(item), err) {
				return
			}
		}
	}
}

// numbered is a list of some items, each of them with its number as its id, its name and its node.
func numbered(count int) string {
	var text strings.Builder
	text.WriteString(`{"items":[`)
	for i := 1; i <= count; i++ {
		if i > 1 {
			text.WriteString(",")
		}
		fmt.Fprintf(&text, `{"id":"%d","name":"%d","node":"%d"}`, i, i, i)
	}
	text.WriteString(`]}`)
	return text.String()
}

// streaming returns a client of a server whose first answers are given, and all later ones are empty lists.
func streaming(t *testing.T, config httpapi.Config, answers ...http.HandlerFunc) (*orchestrator.Client, *recorder) {
	t.Helper()
	var requests atomic.Int64
	return newClientWith(t, config, func(w http.ResponseWriter, r *http.Request) {
		if n := int(requests.Add(1)); n <= len(answers) {
			answers[n-1](w, r)
			return
		}
		answering(http.StatusOK, `{"items":[]}`)(w, r)
	})
}

// breaking sends a part of a body, and breaks the connection.
func breaking(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, body)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) //nolint:forbidigo // it breaks the connection.
	}
}

// TestStreams_ABrokenConnection breaks the connection twice in the middle of a list: each item comes once, in order.
func TestStreams_ABrokenConnection(t *testing.T) {
	t.Parallel()
	const count = 5000
	body := numbered(count)
	for what, list := range streamed {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			client, requests := streaming(t, httpapi.Config{MaxRetries: 3, RetryMinWait: time.Millisecond, RetryMaxWait: time.Millisecond},
				breaking(body[:len(body)/2]), breaking(body[:len(body)/3]), answering(http.StatusOK, body))
			var got []string
			for name, err := range list(t.Context(), client) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, name)
			}
			if len(got) != count || got[0] != "1" || got[count-1] != fmt.Sprint(count) || len(slices.Compact(got)) != count {
				t.Errorf("%d items", len(got))
			}
			want := 3
			if what != "report" {
				want = 4 // that there are no more
			}
			if requests.count() != want {
				t.Errorf("%d requests, want %d", requests.count(), want)
			}
		})
	}
}

// TestStreams_AnItemThatCannotBeDecoded ends the list with an error that is not tried again, and is described as JSON of another shape.
func TestStreams_AnItemThatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	for what, list := range streamed {
		for body, want := range map[string]struct {
			items int
			shape httpapi.Shape
		}{
			`{"items":[{"id":1,"name":"1","node":"1"},{"id":{},"name":{},"node":{}},{"id":3,"name":"3","node":"3"}]}`: {1, httpapi.ShapeOtherJSON},
			`{"items":[{"id":1,"name":"1","node":"1"},{"id":2,"name":"2","node":"2"}`:                                 {2, httpapi.ShapeBroken},
			`{"items":[{"id":1,"name":"1","node":"1"}]} and more`:                                                     {1, httpapi.ShapeBroken},
			`{"items":[{"id":1,"name":"1","node":"1"}]}{"items":[]}`:                                                  {1, httpapi.ShapeBroken},
			`something else`:                      {0, httpapi.ShapeText},
			`<html><title>Sign in</title></html>`: {0, httpapi.ShapePage},
			` `:                                   {0, httpapi.ShapeEmpty},
			`{"list":[]}`:                         {0, httpapi.ShapeOtherJSON},
		} {
			t.Run(what+" "+body, func(t *testing.T) {
				t.Parallel()
				answer := func(w http.ResponseWriter, _ *http.Request) {
					if want.shape == httpapi.ShapePage {
						w.Header().Set("Content-Type", "text/html")
					}
					_, _ = io.WriteString(w, body)
				}
				client, requests := streaming(t, httpapi.Config{MaxRetries: 3, RetryMinWait: time.Millisecond, RetryMaxWait: time.Millisecond}, answer)
				var items int
				var last error
				for _, err := range list(t.Context(), client) {
					if last = err; err == nil {
						items++
					}
				}
				var decode *httpapi.DecodeError
				if !errors.As(last, &decode) || decode.Shape != want.shape || decode.Status != http.StatusOK {
					t.Fatalf("got %#v, want a DecodeError of shape %d", last, want.shape)
				}
				if items != want.items || requests.count() != 1 {
					t.Errorf("%d items with %d requests, want %d with one: %v", items, requests.count(), want.items, last)
				}
			})
		}
	}
}

// TestStreams_WhoWantsNoMore leaves the rest of an endless answer unread.
func TestStreams_WhoWantsNoMore(t *testing.T) {
	t.Parallel()
	for what, list := range streamed {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			gone := make(chan struct{})
			client, requests := streaming(t, httpapi.Config{MaxRetries: -1}, func(w http.ResponseWriter, r *http.Request) {
				defer close(gone)
				_, _ = io.WriteString(w, `{"items":[{"id":"1","name":"1","node":"1"}`)
				for i := 2; ; i++ {
					if _, err := fmt.Fprintf(w, `,{"id":"%d","name":"%d","node":"%d"}`, i, i, i); err != nil {
						return
					}
				}
			})
			items := 0
			for _, err := range list(t.Context(), client) {
				if err != nil {
					t.Fatal(err)
				}
				if items++; items == 3 {
					break
				}
			}
			<-gone
			if requests.count() != 1 {
				t.Errorf("%d requests", requests.count())
			}
		})
	}
}

// TestLists_KeepTheConnection reads a part of a list, which ends in the middle of it: the next list has the same connection.
func TestLists_KeepTheConnection(t *testing.T) {
	t.Parallel()
	var connections sync.Map
	client, _ := newClientWith(t, httpapi.Config{}, func(w http.ResponseWriter, r *http.Request) {
		connections.Store(r.RemoteAddr, true)
		answering(http.StatusOK, numbered(200))(w, r)
	})
	for range 3 {
		nodes, err := orchestrator.Collect(client.JobNodes(t.Context(), "1", orchestrator.JobNodeFilter{Range: orchestrator.Range{Limit: 50}}), 0)
		if err != nil || len(nodes) != 50 {
			t.Errorf("%d nodes, %v", len(nodes), err)
		}
	}
	count := 0
	connections.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("%d connections", count)
	}
}

// roomyTimeout is a request timeout that an answer meets on a slow machine with a lot to do, too.
const roomyTimeout = 2 * time.Second

// TestStreams_TimeOfWhoeverTakesTheItems takes items for longer than the server has time to answer.
func TestStreams_TimeOfWhoeverTakesTheItems(t *testing.T) {
	t.Parallel()
	client, requests := streaming(t, httpapi.Config{MaxRetries: -1, RequestTimeout: roomyTimeout}, answering(http.StatusOK, numbered(5000)))
	items := 0
	for _, err := range client.AllJobEvents(t.Context(), "1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		if items++; items == 10 {
			<-time.After(roomyTimeout + roomyTimeout/4)
		}
	}
	if items != 5000 || requests.count() != 2 {
		t.Errorf("%d items with %d requests", items, requests.count())
	}
}

// TestStreams_AServerThatHangs sends half of a list and no more: the attempt ends with the request timeout.
func TestStreams_AServerThatHangs(t *testing.T) {
	t.Parallel()
	client, _ := streaming(t, httpapi.Config{MaxRetries: -1, RequestTimeout: roomyTimeout}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"items":[{"id":"1"},`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	items, last := 0, error(nil)
	for _, err := range client.AllJobEvents(t.Context(), "1", 0) {
		if last = err; err == nil {
			items++
		}
	}
	var conn *httpapi.ConnectionError
	if !errors.As(last, &conn) || !conn.Timeout || items != 1 {
		t.Errorf("%d items, then %v", items, last)
	}
}

// TestStreams_AnAnswerThatIsTooLarge ends with the limit for answers.
func TestStreams_AnAnswerThatIsTooLarge(t *testing.T) {
	t.Parallel()
	client, requests := streaming(t, httpapi.Config{MaxRetries: 2, MaxBodyBytes: 10_000}, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).Flush() // of unknown length
		_, _ = io.WriteString(w, numbered(5000))
	})
	var last error
	for _, err := range client.AllJobEvents(t.Context(), "1", 0) {
		last = err
	}
	if !httpapi.TooLarge(last) || requests.count() != 1 {
		t.Errorf("got %v after %d requests", last, requests.count())
	}
}

// TestLists_KeepTheNumbersOfUserdata has numbers in somebody's userdata that no type of Go holds: they are as they were sent.
func TestLists_KeepTheNumbersOfUserdata(t *testing.T) {
	t.Parallel()
	const body = `{"items":[{"id":"1","name":"1","userdata":{"huge":1e309,"exact":9007199254740993,"inner":[0.1]}},{"id":"2","name":"2","userdata":null}]}`
	client := clientAt(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
	var all []map[string]any
	for job, err := range client.Jobs(t.Context(), orchestrator.JobFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, job.Userdata)
	}
	for job, err := range client.PlanJobs(t.Context(), orchestrator.PlanJobFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, job.Userdata)
	}
	for job, err := range client.EnvironmentJobs(t.Context(), orchestrator.EnvironmentJobFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, job.Userdata)
	}
	if len(all) != 6 {
		t.Fatalf("got %v", all)
	}
	for i := 0; i < len(all); i += 2 {
		text, err := json.Marshal(all[i])
		if err != nil || string(text) != `{"exact":9007199254740993,"huge":1e309,"inner":[0.1]}` || all[i+1] != nil {
			t.Errorf("got %s and %v, %v", text, all[i+1], err)
		}
	}
}

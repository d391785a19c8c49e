// SPDX-License-Identifier: MPL-2.0

package scopecount_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scopecount"
)

const group = "7c1e0f52-3a4b-4d5c-8e6f-901a2b3c4d5e"

// world answers as PuppetDB and the classifier of a fleet do.
type world struct {
	mu    sync.Mutex
	clock time.Time
	// asked are the requests.
	asked []string
	// names are the certnames of the rows of each query.
	names []string
	// old tells that groups do not say their nodes, totalless that PuppetDB does not count.
	old, totalless bool
	// rule is the rule of each group, as the classifier translates it.
	rule string
	// status refuses queries, if it is set.
	status int
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// counter returns a counter of the world.
func (w *world) counter(t *testing.T) *scopecount.Counter {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(server.Close)
	return at(t, server.URL, w.now)
}

func at(t *testing.T, url string, now func() time.Time) *scopecount.Counter {
	t.Helper()
	return trying(t, url, now, -1)
}

// trying is a counter whose clients try again, up to a number of times.
func trying(t *testing.T, url string, now func() time.Time, retries int) *scopecount.Counter {
	t.Helper()
	transport, err := httpapi.New(httpapi.Config{MaxRetries: retries})
	if err != nil {
		t.Fatal(err)
	}
	database, err := puppetdb.New(transport, url)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := classifier.New(transport, url)
	if err != nil {
		t.Fatal(err)
	}
	return scopecount.New(database, groups, now)
}

func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out.Header().Set("Content-Type", "application/json")
	what := r.Method + " " + r.URL.Path
	switch {
	case strings.HasSuffix(what, "/nodes") && w.old:
		out.WriteHeader(http.StatusNotFound)
		_, _ = out.Write([]byte(`{"kind":"not-found","msg":"The resource could not be found."}`))
	case strings.HasSuffix(what, "/nodes"):
		_, _ = out.Write([]byte(`{"nodes":["g2","g1","g2"]}`))
	case strings.HasSuffix(what, "/rules"):
		_, _ = fmt.Fprintf(out, `{"rule":%s,"translated":{"inventory_query_format":%s}}`, w.rule, w.rule)
	default:
		what = w.query(out, r)
	}
	w.asked = append(w.asked, what)
}

// query answers a query, and describes it.
func (w *world) query(out http.ResponseWriter, r *http.Request) string {
	var asked struct {
		Query json.RawMessage
		Limit int
		Total bool `json:"include_total"`
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	if w.status != 0 {
		http.Error(out, "no", w.status)
		return "refused"
	}
	names := w.names
	if asked.Total && !w.totalless {
		out.Header().Set("X-Records", fmt.Sprint(len(names)))
	}
	if asked.Total {
		slices.Sort(names)
		names = names[:min(len(names), asked.Limit)]
	}
	rows := make([]map[string]string, len(names))
	for i, name := range names {
		rows[i] = map[string]string{"certname": name}
	}
	_ = json.NewEncoder(out).Encode(rows)
	return fmt.Sprintf("%s %t", asked.Query, asked.Total)
}

// twelve are the names of twelve nodes, not in order.
func twelve() (names []string) {
	for i := 12; i > 0; i-- {
		names = append(names, fmt.Sprintf("n%02d", i))
	}
	return names
}

func pql(text string) json.RawMessage {
	encoded, _ := json.Marshal(text)
	return encoded
}

func TestCount(t *testing.T) {
	t.Parallel()
	ten := []string{"n01", "n02", "n03", "n04", "n05", "n06", "n07", "n08", "n09", "n10"}
	const every, classes = "nodes[certname] { }", `resources[certname] { type = "Class" }`
	for name, test := range map[string]struct {
		world *world
		scope scopecount.Scope
		nodes int
		first []string
		asked []string
	}{
		"nothing":             {&world{}, scopecount.Scope{}, 0, nil, nil},
		"names":               {&world{}, scopecount.Scope{Nodes: []string{"b", "a", "b"}}, 2, []string{"a", "b"}, nil},
		"a query":             {&world{names: twelve()}, scopecount.Scope{Query: pql(every)}, 12, ten, []string{`"nodes[certname] { }" true`}},
		"no node":             {&world{}, scopecount.Scope{Query: pql(every)}, 0, nil, []string{`"nodes[certname] { }" true`}},
		"a tree":              {&world{names: twelve()}, scopecount.Scope{Query: json.RawMessage(`["from","inventory"]`)}, 12, ten, []string{`["from","inventory"] true`}},
		"a tree as a text":    {&world{names: twelve()}, scopecount.Scope{Query: pql(` ["from","nodes"]`)}, 12, ten, []string{`["from","nodes"] true`}},
		"several rows a node": {&world{names: append(twelve(), "n01", "n02")}, scopecount.Scope{Query: pql(classes)}, 12, ten, []string{`"resources[certname] { type = \"Class\" }" false`}},
		"a limit of its own":  {&world{names: []string{"b", "a"}}, scopecount.Scope{Query: pql("nodes[certname] { limit 2 }")}, 2, []string{"a", "b"}, []string{`"nodes[certname] { limit 2 }" false`}},
		"no total":            {&world{names: twelve(), totalless: true}, scopecount.Scope{Query: pql(every)}, 12, ten, []string{`"nodes[certname] { }" true`, `"nodes[certname] { }" false`}},
		"a group":             {&world{}, scopecount.Scope{Groups: []string{group}}, 2, []string{"g1", "g2"}, []string{"GET /classifier-api/v1/groups/" + group + "/nodes"}},
		"a group, older": {&world{names: []string{"b", "a"}, old: true, rule: `["=","certname","a"]`}, scopecount.Scope{Groups: []string{group}}, 2, []string{"a", "b"}, []string{
			"GET /classifier-api/v1/groups/" + group + "/nodes", "GET /classifier-api/v1/groups/" + group + "/rules", `["from","inventory",["extract",["certname"],["=","certname","a"]]] true`,
		}},
		"a group without a rule, older": {&world{old: true, rule: "null"}, scopecount.Scope{Groups: []string{group}}, 0, nil, []string{
			"GET /classifier-api/v1/groups/" + group + "/nodes", "GET /classifier-api/v1/groups/" + group + "/rules",
		}},
		"everything together": {&world{names: []string{"b", "g1"}}, scopecount.Scope{Nodes: []string{"z"}, Groups: []string{group}, Query: pql(every)}, 4, []string{"b", "g1", "g2", "z"}, []string{
			"GET /classifier-api/v1/groups/" + group + "/nodes", `"nodes[certname] { }" false`,
		}},
	} {
		w := test.world
		got, err := w.counter(t).Count(t.Context(), test.scope)
		if err != nil || got.Nodes != test.nodes || !slices.Equal(got.First, test.first) || !slices.Equal(w.asked, test.asked) {
			t.Errorf("%s: got %+v, %v, asked %q", name, got, err, w.asked)
		}
	}
}

// TestCount_AsksOnceAMinute counts a scope several times.
func TestCount_AsksOnceAMinute(t *testing.T) {
	t.Parallel()
	w := &world{names: twelve()}
	counter := w.counter(t)
	count := func(want int) {
		t.Helper()
		got, err := counter.Count(t.Context(), scopecount.Scope{Query: pql("nodes[certname] { }")})
		if err != nil || got.Nodes != want {
			t.Errorf("got %+v, %v, want %d", got, err, want)
		}
	}
	var together sync.WaitGroup
	for range 5 {
		together.Go(func() { count(12) })
	}
	together.Wait()
	w.mu.Lock()
	w.names = append(w.names, "n13")
	w.mu.Unlock()
	count(12)
	if len(w.asked) != 1 {
		t.Errorf("asked %q", w.asked)
	}
	w.mu.Lock()
	w.clock = w.clock.Add(time.Minute)
	w.mu.Unlock()
	count(13)
}

// TestCount_Refused has a PuppetDB that refuses a query, which says nothing about the next one.
func TestCount_Refused(t *testing.T) {
	t.Parallel()
	w := &world{status: http.StatusForbidden}
	counter := w.counter(t)
	if _, err := counter.Count(t.Context(), scopecount.Scope{Query: pql("nodes { }")}); httpapi.StatusOf(err) != http.StatusForbidden {
		t.Errorf("got %v", err)
	}
	w.status = 0
	if _, err := counter.Count(t.Context(), scopecount.Scope{Query: pql("nodes { }")}); err != nil {
		t.Errorf("an error was remembered: %v", err)
	}
	if !counter.FirstTrouble() || counter.FirstTrouble() {
		t.Error("the first trouble is not the first")
	}
}

// TestCount_ASilentServer asks a server that takes connections and says nothing, for many scopes: nothing waits for it a third time.
func TestCount_ASilentServer(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	const patience = 200 * time.Millisecond
	counter := at(t, server.URL, time.Now).WithPatience(patience)
	begun := time.Now()
	for i := range 50 {
		if _, err := counter.Count(t.Context(), scopecount.Scope{Query: pql(fmt.Sprintf("nodes { certname = %q }", fmt.Sprint(i)))}); !errors.Is(err, scopecount.ErrTimeout) {
			t.Fatalf("got %v", err)
		}
	}
	if took := time.Since(begun); took > 25*patience {
		t.Errorf("it took %s", took)
	}
}

// TestCount_TimeUpBetweenAttempts asks a port at which nobody listens, again and again until the time is up. What was wrong each time is the
// error, and not the time.
func TestCount_TimeUpBetweenAttempts(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	counter := trying(t, server.URL, time.Now, 50).WithPatience(200 * time.Millisecond)
	_, err := counter.Count(t.Context(), scopecount.Scope{Query: pql("nodes { }")})
	var absent *httpapi.ConnectionError
	if !errors.As(err, &absent) || absent.Service == "" || errors.Is(err, scopecount.ErrTimeout) {
		t.Fatalf("got %v", err)
	}
}

// TestCount_NobodyThere asks a port at which nobody listens.
func TestCount_NobodyThere(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	counter := at(t, server.URL, time.Now)
	for i := range 20 {
		_, err := counter.Count(t.Context(), scopecount.Scope{Query: pql(fmt.Sprintf("nodes { certname = %q }", fmt.Sprint(i)))})
		var absent *httpapi.ConnectionError
		if !errors.As(err, &absent) {
			t.Fatalf("got %v", err)
		}
	}
}

// TestGlance_ASilentServer glances at scopes of a server that takes connections and says nothing: the first one waits, and no other. One of
// a server that has answered before may be slow by itself.
func TestGlance_ASilentServer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers int32
		waits   int
	}{"never an answer": {0, 1}, "an answer before": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release := make(chan struct{})
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if asked.Add(1) > test.answers {
					<-release
				}
				w.Header().Set("X-Records", "0")
				_, _ = w.Write([]byte("[]"))
			}))
			t.Cleanup(server.Close)
			t.Cleanup(func() { close(release) })
			counter := at(t, server.URL, time.Now)
			late := 0
			for i := range 20 {
				_, err := counter.Glance(t.Context(), scopecount.Scope{Query: pql(fmt.Sprintf("nodes[certname] { certname = %q }", fmt.Sprint(i)))})
				if errors.Is(err, courtesy.ErrLate) {
					late++
				}
			}
			if late != 20-int(test.answers) || asked.Load() != test.answers+int32(test.waits) {
				t.Errorf("%d glances were late, and the server was asked %d times", late, asked.Load())
			}
		})
	}
}

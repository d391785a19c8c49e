// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/apifixtures"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/protocoltest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

const (
	// claim is what a text of others must not put at the beginning of a line.
	claim = "Apply complete!"
	// hostile is what follows each text of a server that is hostile: it clears the screen, rings, ends a string, goes to the beginning of the
	// line, begins another sequence of control characters, turns the order of characters around, hides, and claims something.
	hostile = "\x1b[2J\a\x00\r\u009b\u202e\u2066\u200b\n\n" + claim + "\n" + claim
	// seen is how the beginning of it has to be shown, after a backslash and a letter.
	seen = `1b[2J`
)

// unsafe returns the place in a text at which it is not safe to show, or "".
func unsafe(text string) string {
	if !utf8.ValidString(text) {
		return fmt.Sprintf("%q is no UTF-8", text)
	}
	for i, r := range text {
		if r != '\n' && r != '\t' && !unicode.IsGraphic(r) {
			return fmt.Sprintf("…%q", text[max(0, i-100):min(len(text), i+20)])
		}
	}
	before := ""
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), claim) {
			return fmt.Sprintf("…%q", before+line)
		}
		before = line
	}
	return ""
}

func TestUnsafe(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "a\n\tb": false, "It said: " + claim: false, `\x1b[2J`: false, "größe …": false,
		"a\x1b[2J": true, "a\rb": true, "a\u009bb": true, "a\u202eb": true, "a\u200bb": true, "a\n  " + claim: true, "\xff": true,
	} {
		if got := unsafe(text); (got != "") != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// answerFixture is a fixture that a PE answers.
type answerFixture struct {
	file   string
	to     endpoint
	status int
	value  any
	// number is which one of how many fixtures of the endpoint it is.
	number, of int
}

// isError reports whether the fixture says what went wrong.
func (f answerFixture) isError() bool { return strings.HasPrefix(f.file, "error.") }

var (
	indexRow = regexp.MustCompile(`(?m)^\| (\S+\.json) \| (.+?) \| (\d{3}) \|`)
	asksFor  = regexp.MustCompile(`^(GET|POST) ([^\s?]+)`)
)

// errorsTo are the requests that errors are answered to, by the service that answers them.
var errorsTo = map[string][]endpoint{
	"error.rbac-api.":   {{"POST", "/rbac-api/v1/roles"}},
	"error.classifier.": {{"GET", "/classifier-api/v1/groups/:id"}},
	"error.":            {{"GET", "/jobs/:id"}, {"POST", "/command/task"}},
}

// answerFixtures reads the index of the fixtures.
func answerFixtures(t *testing.T) (found []answerFixture) {
	t.Helper()
	index := string(must(os.ReadFile(filepath.Join(root, "internal", "apifixtures", "README.md")))(t))
	count := map[endpoint]int{}
	for _, row := range indexRow.FindAllStringSubmatch(index, -1) {
		f := answerFixture{file: row[1], status: must(strconv.Atoi(row[3]))(t)}
		decoder := json.NewDecoder(bytes.NewReader(must(apifixtures.Files.ReadFile(f.file))(t)))
		decoder.UseNumber()
		if err := decoder.Decode(&f.value); err != nil {
			t.Fatalf("%s: %v", f.file, err)
		}
		for _, to := range endpointsOf(t, f.file, row[2]) {
			f.to = to
			f.number = count[to]
			count[to]++
			found = append(found, f)
		}
	}
	for i := range found {
		found[i].of = count[found[i].to]
	}
	return found
}

// endpointsOf are the endpoints that the index names.
func endpointsOf(t *testing.T, file, text string) []endpoint {
	t.Helper()
	if text == "error body" {
		longest := ""
		for prefix := range errorsTo {
			if strings.HasPrefix(file, prefix) && len(prefix) > len(longest) {
				longest = prefix
			}
		}
		return errorsTo[longest]
	}
	if text == "POST and PUT env_jobs" {
		return []endpoint{{"POST", "/scheduled_jobs/environment_jobs"}, {"PUT", "/scheduled_jobs/environment_jobs/:id"}}
	}
	text = strings.NewReplacer("env_jobs (item)", "/scheduled_jobs/environment_jobs/:id", "env_jobs/:id", "/scheduled_jobs/environment_jobs/:id",
		"env_jobs", "/scheduled_jobs/environment_jobs", "GET /orchestrator", "GET ").Replace(text)
	parts := asksFor.FindStringSubmatch(text + " ")
	if parts == nil {
		return []endpoint{{"GET", ""}}
	}
	return []endpoint{{parts[1], parts[2]}}
}

// special are texts with a meaning to a program, without which an answer may be refused as a whole, or taken for something else.
var special = regexp.MustCompile(`^(\d+|\d{4}-\d\d-\d\d.*|https?://.*|[0-9a-f]{8}-[0-9a-f-]+|` +
	`new|ready|running|stopping|stopped|finished|failed|errored|skipped|success|failure|` +
	`puppetlabs\.\S+|` +
	`task|deploy|plan|plan_task|plan_script|plan_apply|plan_wait|node_[a-z]+|job_[a-z]+|)$`)

// spoiling chooses what is spoilt in an answer.
type spoiling struct {
	name string
	// text chooses texts by the name of their member.
	text func(member, text string) bool
	// names adds members to each object, like those that it has, with a name that is spoilt.
	names bool
	// once is true for what is done with one fixture of an endpoint and one reader of a kind.
	once bool
}

// spoil returns an answer in which texts are spoilt, and how many.
func (s spoiling) spoil(value any, member string) (spoilt any, count int) {
	switch value := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, inner := range value {
			changed, n := s.spoil(inner, name)
			object[name] = changed
			count += n
			if s.names {
				object[name+hostile] = changed
				count++
			}
		}
		return object, count
	case []any:
		list := make([]any, len(value))
		for i, inner := range value {
			changed, n := s.spoil(inner, member)
			list[i] = changed
			count += n
		}
		return list, count
	case string:
		if s.text(member, value) {
			return value + hostile, 1
		}
	}
	return value, 0
}

// spoilings are the ways to spoil an answer: everything at once, which may be too much to be understood, everything but what has a meaning to
// a program, and then each of that by the name of its member.
func spoilings(f answerFixture) (ways []spoiling) {
	value := f.value
	if !f.isError() {
		ways = append(ways, spoiling{name: "everything", once: true, text: func(string, string) bool { return true }})
	}
	ways = append(ways, spoiling{name: "texts and names", text: func(_, text string) bool { return !special.MatchString(text) }, names: true})
	members := map[string]bool{}
	spoiling{text: func(member, text string) bool {
		members[member] = members[member] || special.MatchString(text)
		return false
	}}.spoil(value, "")
	for _, chosen := range slices.Sorted(maps.Keys(members)) {
		if members[chosen] {
			ways = append(ways, spoiling{name: "member " + chosen, once: true, text: func(member, _ string) bool { return member == chosen }})
		}
	}
	return ways
}

// audience are the readers that a fixture is answered to: of each kind that asks for it the one that fails, if there is one, and the others
// so that each of them gets some fixture of the endpoint. An error is said in the same words to all.
func audience(asks [][]endpoint, f answerFixture) (chosen []int) {
	kinds := map[string][]int{}
	var order []string
	for i, r := range readers {
		if !slices.ContainsFunc(asks[i], f.to.meets) {
			continue
		}
		if kinds[r.kind()] == nil {
			order = append(order, r.kind())
		}
		// An old PE is only asked for what others do not have.
		if same := kinds[r.kind()]; !r.old || len(same) == 0 || readers[same[0]].old {
			kinds[r.kind()] = append(same, i)
		}
	}
	if f.isError() {
		order = order[:min(len(order), 1)]
	}
	for _, kind := range order {
		ofKind := kinds[kind]
		// What has failed anyway says most of why.
		always := max(0, slices.IndexFunc(ofKind, func(i int) bool { return readers[i].fails }))
		chosen = append(chosen, ofKind[always])
		for n, i := range ofKind {
			if n != always && n%f.of == f.number {
				chosen = append(chosen, i)
			}
		}
	}
	return chosen
}

// trial finds out what the provider says to a hostile server.
type trial struct {
	backends map[bool]*backend
	schemas  *tfprotov6.GetProviderSchemaResponse
	number   atomic.Int64
	attempts atomic.Int64
	shown    atomic.Int64
	mu       sync.Mutex
	found    map[string]bool
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	x := &trial{
		backends: map[bool]*backend{false: readable(t, simulator.PE2025), true: readable(t, simulator.PE2019)}, found: map[string]bool{},
	}
	server := must(bareServer(x.backends[false].harness.Machine))(t)
	x.schemas = must(server.GetProviderSchema(context.WithoutCancel(t.Context()), &tfprotov6.GetProviderSchemaRequest{}))(t)
	return x
}

// attempt applies a configuration, looks at all that is said, and returns what was asked.
func (x *trial) attempt(ctx context.Context, r reader, told *lie, what string) (asked []endpoint, err error) {
	x.attempts.Add(1)
	b := x.backends[r.old]
	between := b.between(told)
	defer between.Close()
	patience := "5m"
	if told != nil {
		patience = "700ms"
	}
	values := strings.NewReplacer("%", strconv.FormatInt(x.number.Add(1), 10), limit, patience)
	configs := make([]string, len(r.bodies))
	for i, body := range r.bodies {
		configs[i] = between.config(b.harness.AdminToken(), values.Replace(body))
	}
	var log bytes.Buffer
	heard := &listener{schemas: x.schemas}
	reported, err := protocoltest.Attempt(tflogtest.RootLogger(ctx, &log), func() (tfprotov6.ProviderServer, error) {
		var err error
		heard.ProviderServer, err = bareServer(b.harness.Machine)
		return heard, err
	}, configs...)
	switch {
	case told != nil: // Whatever it leads to.
	case err != nil:
		return nil, fmt.Errorf("%s: %w", r.name, err)
	case r.fails != (len(reported) > 0):
		return nil, fmt.Errorf("%s: it was to fail: %v, and failed with %v", r.name, r.fails, reported)
	}
	for _, d := range heard.said {
		x.look(what, "summary", strings.ReplaceAll(d.Summary, "\n", "\r"))
		x.look(what, "detail", d.Detail)
	}
	return between.asked, x.lookAtLog(what, &log)
}

// look notes what is not safe in a text.
func (x *trial) look(what, where, text string) {
	if strings.Contains(text, seen) {
		x.shown.Add(1)
	}
	if at := unsafe(text); at != "" {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.found[what+", "+where+": "+at] = true
	}
}

func (x *trial) lookAtLog(what string, log io.Reader) error {
	entries, err := tflogtest.MultilineJSONDecode(log)
	for _, entry := range entries {
		for field, value := range entry {
			x.look(what, "name of a field of the log", field)
			if text, ok := value.(string); ok {
				x.look(what, "field "+field+" of the log", text)
			}
		}
	}
	return err
}

// TestHostileServer_SaysNothingThatSteersATerminal answers each fixture in place of what a server says, with texts that could steer a terminal in
// every place of it, to everything that asks for it.
func TestHostileServer_SaysNothingThatSteersATerminal(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	ctx := context.WithoutCancel(t.Context())
	asks := make([][]endpoint, len(readers))
	honest := errgroup.Group{}
	honest.SetLimit(parallelAttempts)
	for i, r := range readers {
		honest.Go(func() (err error) {
			asks[i], err = x.attempt(ctx, r, nil, r.name+" without a lie")
			return err
		})
	}
	if err := honest.Wait(); err != nil {
		t.Fatal(err)
	}
	used, done := map[string]bool{}, map[string]bool{}
	var lies errgroup.Group
	lies.SetLimit(parallelAttempts)
	for _, f := range answerFixtures(t) {
		for _, i := range audience(asks, f) {
			used[f.file] = true
			for _, way := range spoilings(f) {
				spoilt, changed := way.spoil(f.value, "")
				key := fmt.Sprint(readers[i].kind(), f.to, way.name)
				if changed == 0 || way.once && done[key] {
					continue
				}
				done[key] = true
				told := &lie{f.to, f.status, must(json.Marshal(spoilt))(t)}
				lies.Go(func() error {
					_, err := x.attempt(ctx, readers[i], told, fmt.Sprintf("%s, %s, %s", readers[i].name, f.file, way.name))
					return err
				})
			}
		}
	}
	if err := lies.Wait(); err != nil {
		t.Error(err)
	}
	for _, found := range slices.Sorted(maps.Keys(x.found)) {
		t.Error(found)
	}
	t.Logf("%d attempts, %d texts with what was spoilt", x.attempts.Load(), x.shown.Load())
	if x.shown.Load() < 500 {
		t.Errorf("only %d texts hold what was spoilt, so that little is proved", x.shown.Load())
	}
	checkUsed(t, used)
}

// parallelAttempts is how many attempts are made at a time, most of which wait.
const parallelAttempts = 16

// checkUsed compares the fixtures that were asked for with those that nobody asks for.
func checkUsed(t *testing.T, used map[string]bool) {
	t.Helper()
	for _, f := range answerFixtures(t) {
		if _, listed := neverAsked[f.file]; listed == used[f.file] {
			t.Errorf("%s, %s %s: it was asked for: %v, and listed as not asked for: %v", f.file, f.to.method, f.to.path, used[f.file], listed)
		}
	}
}

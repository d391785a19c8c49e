// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// generations lists the generations that tests run against.
func generations() []simulator.Generation {
	return []simulator.Generation{simulator.PE2019, simulator.PE2021, simulator.PE2025}
}

// start starts a simulator that ends with the test. Only the test moves its clock.
func start(t *testing.T, opts simulator.Options) *simulator.Simulator {
	t.Helper()
	opts.ManualClock = true
	// The context of the test ends before its clean-ups run, which may still use the simulator.
	sim, err := simulator.Start(context.WithoutCancel(t.Context()), opts)
	if err != nil {
		t.Fatalf("starting the simulator: %v", err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Errorf("closing the simulator: %v", err)
		}
	})
	return sim
}

// client calls a simulator as one user.
type client struct {
	sim   *simulator.Simulator
	http  *http.Client
	token string
}

// clientOf returns a client with a token of its own connections.
func clientOf(t *testing.T, sim *simulator.Simulator, token string) *client {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(sim.CACertPEM()) {
		t.Fatal("the CA certificate is no PEM")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{
		sim: sim, token: token,
		http: &http.Client{
			Transport:     transport,
			Timeout:       time.Minute,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// admin returns a client with the administrator's token.
func admin(t *testing.T, sim *simulator.Simulator) *client {
	t.Helper()
	return clientOf(t, sim, sim.AdminToken())
}

// as returns a client with a new token of a user.
func as(t *testing.T, sim *simulator.Simulator, login string) *client {
	t.Helper()
	return clientOf(t, sim, sim.IssueToken(login, 0))
}

// reply is an answer as a test looks at it.
type reply struct {
	status int
	header http.Header
	text   string
	// json is the body as encoding/json decodes it, nil where it is no JSON.
	json any
}

// object returns the body, which must be an object.
func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	object, ok := r.json.(map[string]any)
	if !ok {
		t.Fatalf("the body is no object: %s", r.text)
	}
	return object
}

// items returns the member items or report of the body, or the body itself if it is a list.
func (r reply) items(t *testing.T) []map[string]any {
	t.Helper()
	list, ok := r.json.([]any)
	if !ok {
		list, ok = r.object(t)["items"].([]any)
		if report, there := r.object(t)["report"].([]any); there {
			list, ok = report, true
		}
		if !ok {
			t.Fatalf("the body has no items: %s", r.text)
		}
	}
	items := make([]map[string]any, len(list))
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			t.Fatalf("an item is no object: %s", r.text)
		}
		items[i] = object
	}
	return items
}

// at returns the value at a path into decoded JSON, nil where there is none.
func at(value any, path ...string) any {
	for _, key := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[key]
	}
	return value
}

// text returns the string at a path into decoded JSON, empty where there is none.
func text(value any, path ...string) string {
	s, ok := at(value, path...).(string)
	if !ok {
		return ""
	}
	return s
}

// request builds a request. The body is text, or something to encode as JSON.
func (c *client) request(t *testing.T, method, url string, body any) *http.Request {
	t.Helper()
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	case []byte:
		content = bytes.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("X-Authentication", c.token)
	}
	return r
}

// send sends a request and reads the answer.
func (c *client) send(t *testing.T, r *http.Request) reply {
	t.Helper()
	response, err := c.http.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	answer := reply{status: response.StatusCode, header: response.Header, text: string(content)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(content, &answer.json); err != nil {
			t.Fatalf("%s %s: %v in %s", r.Method, r.URL, err, content)
		}
	}
	return answer
}

// orch calls an endpoint of the orchestrator by its path below /orchestrator/v1.
func (c *client) orch(t *testing.T, method, path string, body any) reply {
	t.Helper()
	return c.send(t, c.request(t, method, c.sim.ServerURL()+"/orchestrator/v1/"+path, body))
}

// rbac calls an endpoint of the RBAC service by its path below /rbac-api.
func (c *client) rbac(t *testing.T, method, path string, body any) reply {
	t.Helper()
	return c.send(t, c.request(t, method, c.sim.RBACURL()+"/"+path, body))
}

// get reads from the orchestrator, which must succeed.
func (c *client) get(t *testing.T, path string) reply {
	t.Helper()
	answer := c.orch(t, http.MethodGet, path, nil)
	mustStatus(t, answer, http.StatusOK)
	return answer
}

// launch starts a job, which must succeed, and returns its id.
func (c *client) launch(t *testing.T, command string, body any) string {
	t.Helper()
	answer := c.orch(t, http.MethodPost, "command/"+command, body)
	mustStatus(t, answer, http.StatusAccepted)
	if id := text(answer.json, "job", "name"); id != "" {
		return id
	}
	return text(answer.json, "name")
}

func mustStatus(t *testing.T, answer reply, status int) {
	t.Helper()
	if answer.status != status {
		t.Fatalf("status %d, want %d: %s", answer.status, status, answer.text)
	}
}

// mustRefuse checks the status and the kind of a refusal, and that its message contains a text.
func mustRefuse(t *testing.T, answer reply, status int, kind, message string) {
	t.Helper()
	mustStatus(t, answer, status)
	if got := text(answer.json, "kind"); got != kind {
		t.Errorf("kind %q, want %q: %s", got, kind, answer.text)
	}
	if got := text(answer.json, "msg"); !strings.Contains(got, message) {
		t.Errorf("message %q, want %q in it", got, message)
	}
}

// The kinds of errors that tests ask for most.
const (
	validationError = "puppetlabs.orchestrator/validation-error"
	notPermitted    = "puppetlabs.orchestrator/not-permitted"
	queryError      = "puppetlabs.orchestrator/query-error"
	emptyTarget     = "puppetlabs.orchestrator/empty-target"
)

// object is a JSON object.
type object = map[string]any

// list is a JSON array.
type list = []any

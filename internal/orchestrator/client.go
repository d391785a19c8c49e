// SPDX-License-Identifier: MPL-2.0

// Package orchestrator is a typed client of the Puppet Enterprise orchestrator API v1 (port 8143).
//
// It covers every documented endpoint of PE 2019.8 to 2025 and hides the differences between servers: a number where others send a string,
// a key under two names, an id that is a URL. It knows nothing about Terraform. Every method returns the errors of [httpapi.Service.Do],
// wrapped with what was being done.
//
// Lists are iterators whose items are yielded while the answer is read. Whoever takes them has a request slot meanwhile, and so must not
// make requests.
package orchestrator

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// ServiceName is the name of the orchestrator in errors.
const ServiceName = "orchestrator"

// Client calls one orchestrator. It is safe for concurrent use.
type Client struct {
	api    *httpapi.Service
	status *httpapi.Service

	taskTargets     *collection.Reader[TaskTarget]
	environmentJobs *collection.Reader[EnvironmentJob]
	legacyJobs      *collection.Reader[LegacyJob]
}

// New returns a client of the orchestrator at serverURL (scheme, host and port, without a path). It makes no request.
func New(transport *httpapi.Transport, serverURL string) (*Client, error) {
	serverURL = strings.TrimRight(serverURL, "/")
	api, err := transport.Service(ServiceName, serverURL+"/orchestrator/v1")
	if err != nil {
		return nil, err
	}
	status, err := transport.Service(ServiceName, serverURL+"/status/v1")
	if err != nil {
		return nil, err
	}
	c := &Client{api: api, status: status}
	c.taskTargets = collection.New(collection.Source[TaskTarget]{
		Get:       c.getTaskTarget,
		List:      c.taskTargetsByID,
		Transient: httpapi.ListOutage,
	})
	c.environmentJobs = collection.New(collection.Source[EnvironmentJob]{
		Get:       c.getEnvironmentJob,
		List:      c.environmentJobsByID,
		Transient: httpapi.ListOutage,
	})
	c.legacyJobs = collection.New(collection.Source[LegacyJob]{
		List:      c.legacyJobsByID,
		Transient: httpapi.ListOutage,
	})
	return c, nil
}

// URL returns the absolute URL of a path of the API, such as jobs/81.
func (c *Client) URL(path ...string) string { return c.api.URL(path...) }

// get reads a path of the API into a value.
func (c *Client) get(ctx context.Context, into any, query url.Values, path ...string) error {
	_, err := c.api.Do(ctx, httpapi.Request{
		Method: http.MethodGet, Path: path, Query: query, Safety: httpapi.Idempotent, Unlogged: unlogged(path), Into: into,
	})
	return err
}

// unlogged are the members of an answer that are left out of the log: the parameters of jobs and schedules. PE shows one that its task does
// not declare as sensitive, though it may have been started with it as a secret.
func unlogged(path []string) []string {
	if len(path) > 0 && slices.Contains([]string{"jobs", "plan_jobs", "scheduled_jobs"}, path[0]) {
		return []string{"params", "parameters"}
	}
	return nil
}

// post sends a request that starts or creates something each time it is received. It is sent again only when it cannot have been received.
// See [httpapi.Launches].
func (c *Client) post(ctx context.Context, body, into any, path ...string) error {
	_, err := c.api.Do(ctx, httpapi.Request{Method: http.MethodPost, Path: path, Body: body, Safety: httpapi.Launches, Into: into})
	return err
}

// repeatable sends a command that the documents call idempotent.
func (c *Client) repeatable(ctx context.Context, body, into any, command string) error {
	_, err := c.api.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: []string{"command", command}, Body: body, Safety: httpapi.Idempotent, Into: into,
	})
	return err
}

// IsID reports whether a text can be the id of a job, plan job, schedule or task-target: all of them are positive integers in decimal,
// without zeros in front, and the server refuses anything else (400 validation-error).
func IsID(text string) bool {
	if text == "" || len(text) > 18 || text[0] == '0' {
		return false
	}
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// Ref is how commands refer to what they have created.
type Ref struct {
	// ID is the number of the object, as a decimal string. The API calls it name.
	ID string
	// Other is another number that it may be, "" where the parts of the answer agree.
	Other string
}

// refOf takes the id from a {id, name} pair. Published examples swap the two, pair an id with the name of something else, and put other
// hosts into the URL; so a name of digits only wins, then an id of digits only, then the last segment of a URL.
func refOf(id, name string) (Ref, error) {
	var ref Ref
	for _, candidate := range []string{name, id, lastSegment(id), lastSegment(name)} {
		switch {
		case !IsID(candidate), candidate == ref.ID:
		case ref.ID == "":
			ref.ID = candidate
		case ref.Other == "":
			ref.Other = candidate
		}
	}
	if ref.ID != "" {
		return ref, nil
	}
	return Ref{}, fmt.Errorf("neither id %s nor name %s holds the number of anything", brief(id), brief(name))
}

func lastSegment(u string) string { return u[strings.LastIndexByte(u, '/')+1:] }

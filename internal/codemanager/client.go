// SPDX-License-Identifier: MPL-2.0

// Package codemanager is a typed client of the Code Manager API v1 (port 8170, /code-manager/v1) of Puppet Enterprise. It knows nothing
// about Terraform. Every method returns the errors of [httpapi.Service.Do], wrapped with what was being done.
package codemanager

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// ServiceName is the name of Code Manager in errors.
const ServiceName = "Code Manager"

// The states in which a deploy ends. Where nobody waits, the answer has new or queued.
const (
	StatusComplete = "complete"
	StatusFailed   = "failed"
)

// Client calls the Code Manager of one PE. It is safe for concurrent use.
type Client struct{ service *httpapi.Service }

// New returns a client of the Code Manager at baseURL, which has the path /code-manager. It makes no request.
func New(transport *httpapi.Transport, baseURL string) (*Client, error) {
	service, err := transport.Service(ServiceName, strings.TrimRight(baseURL, "/")+"/v1")
	if err != nil {
		return nil, err
	}
	return &Client{service: service}, nil
}

// ErrTimeout says that a deploy took longer than its Timeout.
var ErrTimeout = errors.New("the deploy took too long")

// Request says what to deploy. It is the body of POST /deploys.
type Request struct {
	// Environments are deployed, or all that the control repository has branches for.
	Environments []string `json:"environments,omitempty"`
	All          bool     `json:"deploy-all,omitempty"`
	// DeployModules is false to leave the modules of the Puppetfile alone, but for an environment that is new. Nil is the server's default,
	// true.
	DeployModules *bool `json:"deploy-modules,omitempty"`
	// Modules are the only ones to deploy; nil for all. The manuals call them a list (2019.7) and an object (2025); the vendor's client sends
	// an array.
	Modules []string `json:"modules,omitempty"`
	// Wait has the server answer only once every environment is deployed, and all compilers have its code, or has failed.
	Wait bool `json:"wait,omitempty"`
	// Timeout limits the whole, attempts and pauses together. The server does not stop then.
	Timeout time.Duration `json:"-"`
}

// Deploy is what has become of one environment.
type Deploy struct {
	Environment string `json:"environment"`
	// ID is the place in the queue of the server since its start, a number in the documents; it is no lasting name of the deploy. Nothing
	// needs it, so that no form of it makes a failure of a deploy that is done.
	ID     json.RawMessage `json:"id,omitempty"`
	Status string          `json:"status"`
	// Signature is the SHA of the commit of the control repository, "" unless the deploy is complete.
	Signature string   `json:"deploy-signature,omitempty"`
	FileSync  FileSync `json:"file-sync,omitzero"`
	// Error is nil unless the deploy has failed.
	Error *Problem `json:"error,omitempty"`
}

// FileSync has the SHAs of the commits that the compilers take over.
type FileSync struct {
	EnvironmentCommit string `json:"environment-commit,omitempty"`
	CodeCommit        string `json:"code-commit,omitempty"`
}

// Problem is why a deploy has failed. Msg is the output of the deploy tool, of several lines.
type Problem struct {
	Kind    string          `json:"kind"`
	Msg     string          `json:"msg"`
	Details json.RawMessage `json:"details,omitempty"`
}

// deploysAnswer is the answer to it.
type deploysAnswer []Deploy

// Check implements [httpapi.Checker].
func (a *deploysAnswer) Check() error {
	if *a == nil {
		return errors.New("there is no list of deploys")
	}
	for _, d := range *a {
		if d.Environment == "" || d.Status == "" {
			return errors.New("a deploy has no environment or no status")
		}
	}
	return nil
}

// Deploy deploys environments (POST /deploys). An environment that fails is an entry of the answer, not an error. A deploy may be repeated:
// it ends with the same code. So a request whose answer is lost is sent again.
func (c *Client) Deploy(ctx context.Context, r Request) ([]Deploy, error) {
	limited, cancel := context.WithTimeoutCause(ctx, r.Timeout, ErrTimeout)
	defer cancel()
	var answer deploysAnswer
	_, err := c.service.Do(limited, httpapi.Request{
		Method: http.MethodPost, Path: []string{"deploys"}, Body: r, Safety: httpapi.Idempotent, Into: &answer,
		// The operation ends first, and says what has taken too long.
		Timeout: r.Timeout + time.Second,
	})
	switch {
	case err != nil && ctx.Err() == nil && limited.Err() != nil:
		return nil, fmt.Errorf("deploying code: %w", ErrTimeout)
	case err != nil:
		return nil, fmt.Errorf("deploying code: %w", err)
	default:
		return answer, nil
	}
}

// Queue is what Code Manager works on.
type Queue struct {
	// Waiting and Deploying are the names of environments.
	Waiting, Deploying []string
	// Lagging are the compilers that do not have all code that is deployed.
	Lagging []string
}

// statusAnswer is the answer to GET /deploys/status, as far as it is needed.
type statusAnswer struct {
	Deploys *struct {
		New       []Deploy `json:"new"`
		Queued    []Deploy `json:"queued"`
		Deploying []Deploy `json:"deploying"`
	} `json:"deploys-status"`
	Clients struct {
		Clients map[string]struct {
			Synced bool `json:"synced-with-file-sync-storage"`
		} `json:"file-sync-clients"`
	} `json:"file-sync-client-status"`
}

// Check implements [httpapi.Checker].
func (a *statusAnswer) Check() error {
	if a.Deploys == nil {
		return errors.New("there is no status of deploys")
	}
	return nil
}

// Queue reads what Code Manager works on (GET /deploys/status).
func (c *Client) Queue(ctx context.Context) (Queue, error) {
	var answer statusAnswer
	_, err := c.service.Do(ctx, httpapi.Request{
		Method: http.MethodGet, Path: []string{"deploys", "status"}, Safety: httpapi.Idempotent, Into: &answer,
	})
	if err != nil {
		return Queue{}, fmt.Errorf("reading the status of deploys: %w", err)
	}
	q := Queue{
		Waiting: environmentsOf(slices.Concat(answer.Deploys.New, answer.Deploys.Queued)), Deploying: environmentsOf(answer.Deploys.Deploying),
	}
	for name, client := range answer.Clients.Clients {
		if !client.Synced {
			q.Lagging = append(q.Lagging, name)
		}
	}
	slices.Sort(q.Lagging)
	return q, nil
}

// environmentsOf are the environments of deploys, each once, sorted.
func environmentsOf(deploys []Deploy) []string {
	names := make([]string, len(deploys))
	for i, d := range deploys {
		names[i] = d.Environment
	}
	slices.Sort(names)
	return slices.Compact(names)
}

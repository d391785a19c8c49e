// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// Root is the root document of the API. It has advertised the same few collections and commands since PE 2016.2, so it says nothing about
// what the server supports.
type Root struct {
	Info struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Warning     string `json:"warning"`
		Version     string `json:"version"`
		License     struct {
			Name string `json:"name"`
			URL  string `json:"url"`
		} `json:"license"`
	} `json:"info"`
	Status      Link   `json:"status"`
	Collections []Link `json:"collections"`
	Commands    []Link `json:"commands"`
}

// Link is a named address.
type Link struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// Root reads the root document.
func (c *Client) Root(ctx context.Context) (Root, error) {
	var root Root
	if err := c.get(ctx, &root, nil); err != nil {
		return Root{}, fmt.Errorf("reading the root of the orchestrator API: %w", err)
	}
	return root, nil
}

// Environment is an environment as GET /environments returns it. The endpoint was last described for PE 2017.2.
type Environment struct {
	Name string `json:"name"`
}

// Environments lists the environments.
func (c *Client) Environments(ctx context.Context) ([]Environment, error) {
	var answer whole[Environment]
	if err := c.get(ctx, &answer, nil, "environments"); err != nil {
		return nil, fmt.Errorf("listing environments: %w", err)
	}
	return answer.items, nil
}

// Environment reads one environment.
func (c *Client) Environment(ctx context.Context, name string) (Environment, error) {
	var environment Environment
	if err := c.get(ctx, &environment, nil, "environments", name); err != nil {
		return Environment{}, fmt.Errorf("reading environment %s: %w", name, err)
	}
	return environment, nil
}

// ServiceStatus is what the status API reports about one service.
type ServiceStatus struct {
	Version string `json:"service_version"`
	// StatusVersion is the version of the format of Status.
	StatusVersion int64 `json:"service_status_version"`
	// State is running, error or unknown.
	State string `json:"state"`
	// DetailLevel is critical, info or debug.
	DetailLevel string `json:"detail_level"`
	// Status is a JSON object of the service's own; the orchestrator's is not documented.
	Status json.RawMessage `json:"status"`
	// ActiveAlerts is nil on older servers.
	ActiveAlerts []Alert `json:"active_alerts"`
}

// StatusQuery says how much services report about themselves.
type StatusQuery struct {
	// Level is critical, info or debug. The server's default is info.
	Level string
	// Timeout is how many seconds a service may take to answer, 0 for the server's default of 30.
	Timeout int64
}

func (q StatusQuery) query() url.Values {
	query := setIf(url.Values{}, "level", q.Level)
	if q.Timeout > 0 {
		query.Set("timeout", strconv.FormatInt(q.Timeout, 10))
	}
	return query
}

// Alert is a message of a service about itself.
type Alert struct {
	Severity string `json:"severity"`
	Message  string `json:"message"`
}

// Services reads the status of the services on the orchestrator's port, by name: orchestrator-service and broker-service among them. If one
// of them does not run, the server answers 503 with the same body; that is a result here, not an error.
func (c *Client) Services(ctx context.Context, q StatusQuery) (map[string]ServiceStatus, error) {
	var services map[string]ServiceStatus
	// Asked once: a retry would wait for a service to start, when the question was whether it runs.
	_, err := c.status.Do(ctx, httpapi.Request{
		Method: http.MethodGet, Path: []string{"services"}, Query: q.query(), Safety: httpapi.Idempotent, Into: &services,
		Accept: []int{http.StatusServiceUnavailable},
	})
	if err != nil {
		return nil, fmt.Errorf("reading the status of services: %w", err)
	}
	return services, nil
}

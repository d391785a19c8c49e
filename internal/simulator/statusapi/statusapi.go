// SPDX-License-Identifier: MPL-2.0

// Package statusapi is the status API that every port of PE has: /status/v1/services and /status/v1/simple. It requires no token.
package statusapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// Prefix is the first part of the path of every endpoint.
const Prefix = "/status/v1"

// statusService is the service that reports itself on every port.
const statusService = "status-service"

// API answers for the services of one port.
type API struct {
	services []string
	version  func() string
	inner    func(service string) any
	router   *rest.Router[handler]
}

// New returns the API of a port with the given services. The function inner returns what a service tells about itself, nil for nothing.
func New(version func() string, inner func(service string) any, services ...string) *API {
	a := &API{services: append(slices.Clone(services), statusService), version: version, inner: inner}
	a.router = rest.NewRouter([]rest.Route[handler]{
		{Method: "GET", Pattern: "/status/v1/services", Handler: a.all},
		{Method: "GET", Pattern: "/status/v1/services/{name}", Handler: a.one},
		{Method: "GET", Pattern: "/status/v1/simple", Handler: a.simple},
		{Method: "GET", Pattern: "/status/v1/simple/{name}", Handler: a.simpleOne},
	})
	return a
}

// entry is the status of one service.
type entry struct {
	Version       string `json:"service_version"`
	StatusVersion int    `json:"service_status_version"`
	DetailLevel   string `json:"detail_level"`
	State         string `json:"state"`
	Status        any    `json:"status"`
	Alerts        []any  `json:"active_alerts"`
}

// handler answers a call.
type handler func(*rest.Call) rest.Answer

// Serve answers a call.
func (a *API) Serve(c *rest.Call) rest.Answer {
	handle, vars, allowed, ok := a.router.Find(c.Method, c.Path)
	switch {
	case !ok && len(allowed) > 0:
		return rest.Text(http.StatusMethodNotAllowed, "method not allowed")
	case !ok:
		return rest.Text(http.StatusNotFound, "not found")
	}
	c.Vars = vars
	return handle(c)
}

// level reads the level of detail.
func level(c *rest.Call) (string, error) {
	p := c.Params()
	detail := p.Enum("level", "info", "critical", "debug", "info")
	p.Int("timeout", 1, 30)
	return detail, p.Done()
}

func (a *API) all(c *rest.Call) rest.Answer {
	detail, err := level(c)
	if err != nil {
		return refused(err)
	}
	entries := make(map[string]entry, len(a.services))
	for _, name := range a.services {
		entries[name] = a.entry(name, detail)
	}
	return rest.JSON(http.StatusOK, entries)
}

func (a *API) one(c *rest.Call) rest.Answer {
	detail, err := level(c)
	if err != nil {
		return refused(err)
	}
	name := c.Vars["name"]
	if !slices.Contains(a.services, name) {
		return rest.JSON(http.StatusNotFound, map[string]string{
			"kind": "service-not-found", "msg": "No status function registered for service " + name,
		})
	}
	return rest.JSON(http.StatusOK, map[string]entry{name: a.entry(name, detail)})
}

func (a *API) entry(name, detail string) entry {
	version := a.version()
	if name == statusService {
		version = "1.1.0"
	}
	e := entry{Version: version, StatusVersion: 1, DetailLevel: detail, State: "running", Status: struct{}{}, Alerts: []any{}}
	if inner := a.inner(name); inner != nil {
		e.Status = inner
	}
	return e
}

func (a *API) simple(*rest.Call) rest.Answer {
	return rest.Text(http.StatusOK, "running")
}

func (a *API) simpleOne(c *rest.Call) rest.Answer {
	if name := c.Vars["name"]; !slices.Contains(a.services, name) {
		return rest.Text(http.StatusNotFound, "not found: "+name)
	}
	return rest.Text(http.StatusOK, "running")
}

// refused answers a request with a bad parameter. The body of such an answer is not documented.
func refused(err error) rest.Answer {
	return rest.JSON(http.StatusBadRequest, map[string]string{
		"kind": "request-data-invalid", "msg": strconv.Itoa(http.StatusBadRequest) + ": " + err.Error(),
	})
}

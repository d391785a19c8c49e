// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// jobReference is the job member of a command's answer.
type jobReference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// launched answers a command that started a job.
func (a *API) launched(c *call, j *engine.Job) rest.Answer {
	a.launches++
	name := strconv.Itoa(j.ID)
	return rest.JSON(http.StatusAccepted, map[string]jobReference{"job": {ID: c.url("jobs/%s", name), Name: name}})
}

// deploy answers POST /command/deploy.
func (a *API) deploy(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("environment")
	applications := a.generation().ApplicationTargets()
	r := engine.DeployRequest{
		Environment: f.String("environment"),
		Scope:       readScope(f, scopeRules{applications: applications, empty: true}),
		Description: f.String("description"),
		Userdata:    a.readUserdata(f),
		Timeout:     a.readTimeout(f),
	}
	if applications && f.Has("target") {
		r.Scope = engine.Scope{Kind: engine.ScopeApplication, Application: f.String("target"), Raw: json.RawMessage("{}")}
	}
	readDeployFlags(f, &r)
	if r.Timeout > 0 {
		r.Flags["timeout"] = int(r.Timeout / time.Second)
	}
	checkNoEnvironment(f, r)
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	j, err := a.engine.Deploy(c.user, r)
	if err != nil {
		return rest.Answer{}, err
	}
	return a.launched(c, j), nil
}

// readDeployFlags reads the keys that a deploy and a scheduled deploy have in common. Keys that have no meaning in the simulator are kept
// for answers: whether a server repeats the newer ones is not documented.
func readDeployFlags(f *rest.Fields, r *engine.DeployRequest) {
	r.Noop, r.NoNoop = f.Bool("noop"), f.Bool("no_noop")
	r.Concurrency = f.Int("concurrency", 1)
	r.Flags = make(map[string]any)
	for _, key := range []string{
		"no_noop", "debug", "trace", "evaltrace", "enforce_environment", "use_cached_catalog", "usecacheonfailure",
	} {
		if f.Has(key) {
			r.Flags[key] = f.Bool(key)
		}
	}
	for _, key := range []string{"filetimeout", "http_connect_timeout", "http_keepalive_timeout", "http_read_timeout"} {
		if f.Has(key) {
			r.Flags[key] = f.Int(key, 0)
		}
	}
	for _, key := range []string{"ordering", "tags", "skip_tags"} {
		if f.Has(key) {
			r.Flags[key] = f.String(key)
		}
	}
	if r.Noop && r.NoNoop {
		f.Fail("no_noop", "must not be true together with noop")
	}
}

// checkNoEnvironment checks the conditions for an empty environment: nodes are named, and no environment is enforced.
func checkNoEnvironment(f *rest.Fields, r engine.DeployRequest) {
	if r.Environment != "" || f.Failed() {
		return
	}
	if enforced, given := r.Flags["enforce_environment"]; !given || enforced != false {
		f.Fail("enforce_environment", "must be false when environment is empty")
	}
	if r.Scope.Kind == engine.WholeEnvironment {
		f.Fail("scope", "is required when environment is empty")
	}
}

// readUserdata reads the key userdata, if the server knows it.
func (a *API) readUserdata(f *rest.Fields) json.RawMessage {
	if a.config.RejectUserdata {
		return nil
	}
	return f.RawObject("userdata")
}

// maxSeconds is the longest time that a request can ask for. The server's limit is not documented.
const maxSeconds = int(50 * 365 * 24 * time.Hour / time.Second)

// readTimeout reads the key timeout, if the server knows it.
func (a *API) readTimeout(f *rest.Fields) time.Duration {
	if !a.generation().Timeouts() {
		return 0
	}
	return readSeconds(f, "timeout")
}

// readSeconds reads a positive number of whole seconds.
func readSeconds(f *rest.Fields, key string) time.Duration {
	value := f.Int(key, 1)
	if value > maxSeconds {
		f.Fail(key, "must be at most %d", maxSeconds)
		return 0
	}
	return time.Duration(value) * time.Second
}

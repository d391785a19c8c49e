// SPDX-License-Identifier: MPL-2.0

package engine

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
)

// DeployRequest asks for Puppet runs.
type DeployRequest struct {
	// Environment is empty when the nodes keep their own.
	Environment string
	Scope       Scope
	Description string
	Noop        bool
	NoNoop      bool
	// Concurrency is how many nodes run at a time; 0 leaves it to the server.
	Concurrency int
	// Timeout limits the run of a node; 0 does not.
	Timeout  time.Duration
	Userdata json.RawMessage
	// Flags are the other keys of the request, which answers about the job repeat.
	Flags map[string]any
}

// Deploy starts a job that runs Puppet.
func (e *Engine) Deploy(u *access.User, r DeployRequest) (*Job, error) {
	return e.deploy(origin{user: u}, r)
}

func (e *Engine) deploy(o origin, r DeployRequest) (*Job, error) {
	names, err := e.checkDeploy(o.user, r)
	if err != nil {
		return nil, err
	}
	j := &Job{
		Type: TypeDeploy, Environment: r.Environment, Description: r.Description, Noop: r.Noop, Userdata: r.Userdata,
		Options: deployOptions(o, r), limit: e.deployLimit(r.Concurrency),
	}
	j.begin = func(n *JobNode) outcome { return j.within(r.Timeout, n, e.puppetRun(j, n, r.NoNoop)) }
	return e.start(j, o, names), nil
}

// checkDeploy checks that a deploy can be started, and returns its nodes.
func (e *Engine) checkDeploy(u *access.User, r DeployRequest) ([]string, error) {
	if !e.directory.May(u, "puppet_agent", "run", access.AnyInstance) {
		return nil, refuse(NotPermitted, "Not permitted to run Puppet: the permission puppet_agent:run:* is required")
	}
	if err := e.checkEnvironment(r.Environment, r.Scope.Kind); err != nil {
		return nil, err
	}
	return e.resolve(r.Scope, reach{environment: r.Environment, user: u})
}

// checkEnvironment refuses an environment that does not exist, and one without nodes. Nodes of other environments may be named if the
// environment allows one-time runs.
func (e *Engine) checkEnvironment(name string, scope ScopeKind) error {
	if name == "" {
		return nil
	}
	environment, ok := e.codebase.Environment(name)
	if !ok {
		return unknownEnvironment(name)
	}
	if e.populated(name) || (environment.OneTimeRuns && scope != WholeEnvironment) {
		return nil
	}
	return refuse(EmptyEnvironment, "No nodes were found in environment %s", name).with("environment", name)
}

// deployLimit returns how many nodes of a deploy run at a time.
func (e *Engine) deployLimit(wanted int) int {
	ceiling := e.config.Generation.DeployConcurrencyLimit(e.config.CompileConcurrency)
	switch {
	case wanted == 0:
		return ceiling
	case ceiling == 0:
		return wanted
	default:
		return min(wanted, ceiling)
	}
}

// deployOptions returns the options in answers about the job: the recorded keys with their defaults, and whatever other flags the request
// had.
func deployOptions(o origin, r DeployRequest) json.RawMessage {
	options := map[string]any{
		"concurrency": nil, "noop": r.Noop, "trace": false, "debug": false, "evaltrace": false, "enforce_environment": true,
		"environment": r.Environment, "target": nil, "scope": r.Scope.Raw, "description": r.Description,
	}
	if r.Concurrency > 0 {
		options["concurrency"] = r.Concurrency
	}
	if r.Environment == "" {
		options["enforce_environment"] = false
	}
	maps.Copy(options, r.Flags)
	if o.schedule != 0 {
		options["scheduled-job-id"] = idText(o.schedule)
	}
	return raw(options)
}

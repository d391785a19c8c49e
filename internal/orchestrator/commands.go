// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// In requests, a nil pointer is a key that is not sent. Everything else is sent as it is, including false, 0 and "".

// DeployRequest is the body of POST /command/deploy, which runs Puppet on nodes.
type DeployRequest struct {
	// Environment is the environment's name. "" requires EnforceEnvironment false and a Scope.
	Environment string `json:"environment"`
	// Scope is nil for the whole environment.
	Scope *Scope `json:"scope,omitempty"`
	// Target is an application or component. Deprecated since PE 2016.4.
	Target             *string `json:"target,omitempty"`
	Concurrency        *int64  `json:"concurrency,omitempty"`
	Description        *string `json:"description,omitempty"`
	EnforceEnvironment *bool   `json:"enforce_environment,omitempty"`
	AgentFlags
	// Timeout is in seconds, for each node. Newer than PE 2021.7.1.
	Timeout *int64 `json:"timeout,omitempty"`
	// Userdata needs PE 2019.8.5.
	Userdata map[string]any `json:"userdata,omitzero"`
}

// AgentFlags are the settings of the Puppet agent's run in a deploy, whether it runs now or is scheduled. Timeouts are in seconds.
type AgentFlags struct {
	Noop                 *bool   `json:"noop,omitempty"`
	NoNoop               *bool   `json:"no_noop,omitempty"`
	Debug                *bool   `json:"debug,omitempty"`
	Trace                *bool   `json:"trace,omitempty"`
	Evaltrace            *bool   `json:"evaltrace,omitempty"`
	UseCachedCatalog     *bool   `json:"use_cached_catalog,omitempty"`
	UseCacheOnFailure    *bool   `json:"usecacheonfailure,omitempty"`
	Filetimeout          *int64  `json:"filetimeout,omitempty"`
	HTTPConnectTimeout   *int64  `json:"http_connect_timeout,omitempty"`
	HTTPKeepaliveTimeout *int64  `json:"http_keepalive_timeout,omitempty"`
	HTTPReadTimeout      *int64  `json:"http_read_timeout,omitempty"`
	Ordering             *string `json:"ordering,omitempty"`
	Tags                 *string `json:"tags,omitempty"`
	SkipTags             *string `json:"skip_tags,omitempty"`
}

// TaskRequest is the body of POST /command/task.
type TaskRequest struct {
	Environment string         `json:"environment"`
	Task        string         `json:"task"`
	Params      map[string]any `json:"params"`
	Scope       Scope          `json:"scope"`
	Description *string        `json:"description,omitempty"`
	Noop        *bool          `json:"noop,omitempty"`
	// Targets holds the credentials of nodes that are reached over SSH or WinRM. The manual calls it required; its examples leave it out.
	Targets []Target `json:"targets,omitempty"`
	// Timeout is in seconds, for each node. Newer than PE 2021.7.1.
	Timeout  *int64         `json:"timeout,omitempty"`
	Userdata map[string]any `json:"userdata,omitzero"`
}

// Target is how to log in to nodes over SSH or WinRM. Every hostname must also be in the job's scope. One of Password and
// PrivateKeyContent is needed.
type Target struct {
	Hostnames []string `json:"hostnames"`
	User      string   `json:"user"`
	// Transport is "ssh" or "winrm".
	Transport         string  `json:"transport"`
	Password          *string `json:"password,omitempty"`
	PrivateKeyContent *string `json:"private-key-content,omitempty"`
	Port              *int64  `json:"port,omitempty"`
	RunAs             *string `json:"run-as,omitempty"`
	SudoPassword      *string `json:"sudo-password,omitempty"`
	RunAsCommand      *string `json:"run-as-command,omitempty"`
	// ConnectTimeout is in seconds.
	ConnectTimeout *int64  `json:"connect-timeout,omitempty"`
	TTY            *bool   `json:"tty,omitempty"`
	Tmpdir         *string `json:"tmpdir,omitempty"`
	Extensions     *string `json:"extensions,omitempty"`
}

// PlanRequest is the body of POST /command/plan_run.
type PlanRequest struct {
	PlanName    string         `json:"plan_name"`
	Environment string         `json:"environment"`
	Params      map[string]any `json:"params"`
	Description *string        `json:"description,omitempty"`
	// Timeout is in seconds, for the whole plan. Newer than PE 2021.7.1.
	Timeout  *int64         `json:"timeout,omitempty"`
	Userdata map[string]any `json:"userdata,omitzero"`
}

// EnvironmentPlanRequest is the body of POST /command/environment_plan_run (PE 2019.8.5), whose parameters can be lists of
// nodes that the server looks up.
type EnvironmentPlanRequest struct {
	PlanName    string               `json:"plan_name"`
	Environment string               `json:"environment"`
	Params      map[string]PlanParam `json:"params"`
	Description *string              `json:"description,omitempty"`
	Timeout     *int64               `json:"timeout,omitempty"`
	Userdata    map[string]any       `json:"userdata,omitzero"`
}

// Types of a [PlanParam].
const (
	ParamQuery     = "query"
	ParamNodeGroup = "node_group"
)

// PlanParam is one parameter of an [EnvironmentPlanRequest].
type PlanParam struct {
	Value any `json:"value"`
	// Type is "" for a literal, [ParamQuery] when Value is a PuppetDB query, [ParamNodeGroup] when it is the UUID of a node group. The plan
	// receives the nodes.
	Type string `json:"type,omitempty"`
}

// TypedParams wraps parameters as environment_plan_run and scheduled jobs expect them: literal ones, and those whose values are the nodes
// of PuppetDB queries or node groups.
func TypedParams(literal map[string]any, queries, groups map[string]string) map[string]PlanParam {
	typed := map[string]PlanParam{}
	for name, value := range literal {
		typed[name] = PlanParam{Value: value}
	}
	for name, query := range queries {
		typed[name] = PlanParam{Value: query, Type: ParamQuery}
	}
	for name, group := range groups {
		typed[name] = PlanParam{Value: group, Type: ParamNodeGroup}
	}
	return typed
}

// Deploy starts a Puppet run.
func (c *Client) Deploy(ctx context.Context, r DeployRequest) (Ref, error) {
	return c.startJob(ctx, "deploy", r, "starting a deploy")
}

// RunTask starts a task.
func (c *Client) RunTask(ctx context.Context, r TaskRequest) (Ref, error) {
	if r.Params == nil {
		r.Params = map[string]any{} // required, may be empty
	}
	return c.startJob(ctx, "task", r, "starting task "+r.Task)
}

// RunPlan starts a plan. The reference is of a plan job.
func (c *Client) RunPlan(ctx context.Context, r PlanRequest) (Ref, error) {
	if r.Params == nil {
		r.Params = map[string]any{}
	}
	return c.startPlan(ctx, "plan_run", r, r.PlanName)
}

// RunEnvironmentPlan starts a plan with typed parameters. The reference is of a plan job.
func (c *Client) RunEnvironmentPlan(ctx context.Context, r EnvironmentPlanRequest) (Ref, error) {
	if r.Params == nil {
		r.Params = map[string]PlanParam{}
	}
	return c.startPlan(ctx, "environment_plan_run", r, r.PlanName)
}

// created is the answer to every call that creates something: the object is under one key, or the answer is the object.
type created struct {
	refWire
	Job          *refWire `json:"job"`
	ScheduledJob *refWire `json:"scheduled_job"`
	TaskTarget   *refWire `json:"task_target"`
}

type refWire struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

func (a created) ref() (Ref, error) {
	for _, inner := range []*refWire{a.Job, a.ScheduledJob, a.TaskTarget, &a.refWire} {
		if inner != nil && (inner.ID != "" || inner.Name != "") {
			return refOf(string(inner.ID), string(inner.Name))
		}
	}
	return Ref{}, errors.New("it names nothing that was created")
}

// AnswerWithoutIDError says that the server accepted a command, with a 2xx status and JSON, but that the answer has no id of what was
// created.
type AnswerWithoutIDError = httpapi.AnswerWithoutIDError

func (c *Client) startJob(ctx context.Context, command string, body any, doing string) (Ref, error) {
	return c.create(ctx, body, doing, "command", command)
}

func (c *Client) startPlan(ctx context.Context, command string, body any, plan string) (Ref, error) {
	return c.create(ctx, body, "starting plan "+plan, "command", command)
}

func (c *Client) create(ctx context.Context, body any, doing string, path ...string) (Ref, error) {
	var answer created
	if err := c.post(ctx, body, &answer, path...); err != nil {
		return Ref{}, fmt.Errorf("%s: %w", doing, err)
	}
	ref, err := answer.ref()
	if err != nil {
		return Ref{}, fmt.Errorf("%s: %w", doing, &AnswerWithoutIDError{Err: err})
	}
	return ref, nil
}

// StopRequest is the body of POST /command/stop.
type StopRequest struct {
	Job string `json:"job"`
	// Force also ends runs in progress. Since PE 2021.7.0; older servers do not know the key.
	Force *bool `json:"force,omitempty"`
}

// StopResult is the answer to POST /command/stop: how many nodes were in which state. States without nodes may be missing.
type StopResult struct {
	Ref
	Nodes map[string]int64
}

// Stop asks for the end of a job that a deploy, a task or a plan has started. Without force, the runs in progress finish. It is idempotent
// and does not wait.
func (c *Client) Stop(ctx context.Context, r StopRequest) (StopResult, error) {
	var answer struct {
		Job struct {
			refWire
			Nodes map[string]int64 `json:"nodes"`
		} `json:"job"`
	}
	if err := c.repeatable(ctx, r, &answer, "stop"); err != nil {
		return StopResult{}, fmt.Errorf("stopping job %s: %w", r.Job, err)
	}
	return StopResult{Ref: Ref{ID: r.Job}, Nodes: answer.Job.Nodes}, nil
}

// ErrNoStopPlan says that the server cannot stop plans (before PE 2021.7.1).
var ErrNoStopPlan = errors.New("the server cannot stop plans")

// StopPlan interrupts a plan job (PE 2021.7.1). Jobs that the plan has started continue. It is idempotent and does not wait. The error
// wraps [ErrNoStopPlan] when the server does not have the command.
func (c *Client) StopPlan(ctx context.Context, planJob string) error {
	body := struct {
		PlanJob string `json:"plan_job"`
	}{planJob}
	var answer json.RawMessage
	if err := c.repeatable(ctx, body, &answer, "stop_plan"); err != nil {
		if httpapi.StatusOf(err) == http.StatusNotFound && !IsUnknownJob(err) {
			err = fmt.Errorf("%w: %w", ErrNoStopPlan, err)
		}
		return fmt.Errorf("stopping plan job %s: %w", planJob, err)
	}
	return nil
}

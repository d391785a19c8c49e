// SPDX-License-Identifier: MPL-2.0

// Package orchapi is the HTTP side of the simulated orchestrator: it authenticates calls, reads requests strictly, and renders the engine's
// data as the orchestrator API v1 does.
//
// An [API] is not safe for concurrent use: its owner locks the world around every call.
package orchapi

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// Prefix is the first part of the path of every endpoint.
const Prefix = "/orchestrator"

// Config is what an API needs.
type Config struct {
	Engine    *engine.Engine
	Directory *access.Directory
	// RejectUserdata simulates a server before 2019.8.5: it does not know userdata and environment_plan_run.
	RejectUserdata bool
	// LegacySchedulesAPI is the server setting scheduled-jobs-v1-api.
	LegacySchedulesAPI bool
	// UnnamedTaskTargets leaves display_name out of the answers about task-targets.
	UnnamedTaskTargets bool
	Logger             *slog.Logger
}

// API is the orchestrator's API.
type API struct {
	config    Config
	engine    *engine.Engine
	directory *access.Directory
	router    *rest.Router[handler]
	launches  int
}

// call is an authenticated call.
type call struct {
	*rest.Call
	user *access.User
}

// handler answers a call.
type handler func(*call) (rest.Answer, error)

// New returns the API.
func New(config Config) *API {
	a := &API{config: config, engine: config.Engine, directory: config.Directory}
	a.router = rest.NewRouter(a.allRoutes())
	return a
}

// Launches returns how many commands created a job or a plan job.
func (a *API) Launches() int { return a.launches }

func (a *API) generation() release.Generation { return a.engine.Generation() }

// Serve answers a call.
func (a *API) Serve(c *rest.Call) rest.Answer {
	answer, err := a.serve(c)
	if err != nil {
		return a.refusal(err)
	}
	return answer
}

func (a *API) serve(c *rest.Call) (rest.Answer, error) {
	user, err := a.directory.Authenticate(c.Authentication())
	if err != nil {
		return rest.Answer{}, err
	}
	handle, vars, allowed, ok := a.router.Find(c.Method, c.Path)
	switch {
	case !ok && len(allowed) > 0:
		answer := errorAnswer(http.StatusMethodNotAllowed, "method-not-allowed", "Method "+c.Method+" is not allowed here", nil)
		answer.Header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
		return answer, nil
	case !ok:
		// The body of an answer to an unknown path is not documented; the orchestrator's errors are always JSON.
		return errorAnswer(http.StatusNotFound, "not-found", "There is nothing at "+c.Path, nil), nil
	}
	c.Vars = vars
	return handle(&call{Call: c, user: user})
}

// mayView refuses callers who may not view jobs. The permission "Start, stop and view jobs" includes viewing plan jobs and the inventory,
// and stopping.
func (a *API) mayView(c *call) error {
	if a.directory.May(c.user, "orchestrator", "view", access.AnyInstance) {
		return nil
	}
	return &engine.Error{
		Kind: engine.NotPermitted, Msg: "Not permitted: the permission orchestrator:view:* is required", Details: map[string]any{},
	}
}

// viewing wraps a handler for callers who may view jobs.
func (a *API) viewing(h handler) handler {
	return func(c *call) (rest.Answer, error) {
		if err := a.mayView(c); err != nil {
			return rest.Answer{}, err
		}
		return h(c)
	}
}

// errorBody is the body of an error. Details are omitted if the server sends none.
type errorBody struct {
	Kind    string         `json:"kind"`
	Msg     string         `json:"msg"`
	Details map[string]any `json:"details,omitzero"`
}

// namespace is the first part of the orchestrator's kinds.
const namespace = "puppetlabs.orchestrator/"

func errorAnswer(status int, kind, msg string, details map[string]any) rest.Answer {
	return rest.JSON(status, errorBody{Kind: namespace + kind, Msg: msg, Details: details})
}

// refusal turns an error into an answer.
func (a *API) refusal(err error) rest.Answer {
	var refused *engine.Error
	var denied *access.Error
	var problem *rest.FieldError
	switch {
	case errors.As(err, &denied):
		// Services with RBAC's middleware report the same errors as RBAC with a namespace, all of them as 401.
		return rest.JSON(http.StatusUnauthorized, errorBody{Kind: "puppetlabs.rbac/" + string(denied.Kind), Msg: denied.Msg})
	case errors.As(err, &refused):
		return a.refused(refused.Kind, refused.Msg, refused.Details)
	case errors.As(err, &problem):
		return a.refused(engine.ValidationError, problem.Error(), map[string]any{"key": problem.Key})
	default:
		a.config.Logger.Error("internal error", "error", err)
		return errorAnswer(http.StatusInternalServerError, "unknown-error", err.Error(), nil)
	}
}

// refused answers with an error of a kind.
func (a *API) refused(kind engine.Kind, msg string, details map[string]any) rest.Answer {
	if kind == engine.ValidationError && a.engine.Has(release.ValidatorsNamespace) {
		return rest.JSON(statusOf(kind), errorBody{Kind: "puppetlabs.validators/" + string(kind), Msg: msg, Details: details})
	}
	return errorAnswer(statusOf(kind), string(kind), msg, details)
}

// statusOf returns the documented status of a kind.
func statusOf(kind engine.Kind) int {
	switch kind {
	case engine.UnknownEnvironment, engine.UnknownTarget, engine.UnknownJob, engine.UnknownTask, engine.UnknownPlan,
		engine.UnknownTaskTarget, engine.MismatchedEvent:
		return http.StatusNotFound
	case engine.NotPermitted:
		return http.StatusForbidden
	default:
		return http.StatusBadRequest
	}
}

// invalid returns a validation error about a key.
func invalid(key, format string, args ...any) error {
	return &rest.FieldError{Key: key, Reason: fmt.Sprintf(format, args...)}
}

// fields reads the body of a command, whatever its media type: recorded servers took JSON that was sent as a form. What an orchestrator
// answers to a body that is not JSON is not documented; it counts as a validation error.
func (c *call) fields() (*rest.Fields, error) {
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return nil, &engine.Error{Kind: engine.ValidationError, Msg: err.Error(), Details: map[string]any{}}
	}
	return f, nil
}

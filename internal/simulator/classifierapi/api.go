// SPDX-License-Identifier: MPL-2.0

// Package classifierapi is the HTTP side of the simulated node classifier: node groups under /classifier-api/v1.
//
// An [API] is not safe for concurrent use: its owner locks the world around every call.
package classifierapi

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// Prefix is the first part of the path of every endpoint.
const Prefix = "/classifier-api"

// Config is what an API needs.
type Config struct {
	Engine    *engine.Engine
	Directory *access.Directory
	Logger    *slog.Logger
}

// API is the classifier's API.
type API struct {
	config Config
	engine *engine.Engine
	router *rest.Router[handler]
	// classesUpdated is when the code was read on demand; nil for never.
	classesUpdated *time.Time
}

// timeLayout is how the classifier writes times.
const timeLayout = "2006-01-02T15:04:05.000Z"

// call is a call of somebody.
type call struct {
	*rest.Call
	user *access.User
}

// handler answers a call.
type handler func(*call) (rest.Answer, error)

// New returns the API.
func New(config Config) *API {
	a := &API{config: config, engine: config.Engine}
	const groups = Prefix + "/v1/groups"
	a.router = rest.NewRouter(append(slices.Concat(a.pinRoutes(), a.classRoutes()), []rest.Route[handler]{
		{Method: http.MethodGet, Pattern: groups, Handler: a.list},
		{Method: http.MethodPost, Pattern: groups, Handler: a.create},
		{Method: http.MethodGet, Pattern: groups + "/{id}", Handler: a.read},
		{Method: http.MethodPut, Pattern: groups + "/{id}", Handler: a.put},
		{Method: http.MethodPost, Pattern: groups + "/{id}", Handler: a.update},
		{Method: http.MethodDelete, Pattern: groups + "/{id}", Handler: a.remove},
		{
			// The manual of PE 2019 does not have it. Since when it exists is not documented.
			Method: http.MethodGet, Pattern: groups + "/{id}/nodes", Handler: a.nodes,
			When: func() bool { return a.engine.Generation() != release.PE2019 },
		},
		{Method: http.MethodGet, Pattern: groups + "/{id}/rules", Handler: a.rules},
		{Method: http.MethodPost, Pattern: Prefix + "/v1/validate/group", Handler: a.validate},
		{Method: http.MethodPost, Pattern: Prefix + "/v1/rules/translate", Handler: a.translate},
		{Method: http.MethodPost, Pattern: Prefix + "/v1/classified/nodes/{name}", Handler: a.classifiedV1},
		{Method: http.MethodPost, Pattern: Prefix + "/v2/classified/nodes/{name}", Handler: a.classifiedV2},
	}...))
	return a
}

// refusal is an error as the classifier reports it.
type refusal struct {
	status  int
	kind    string
	msg     string
	details any
}

// Error returns the message.
func (r *refusal) Error() string { return r.msg }

// errorBody is the body of an error.
type errorBody struct {
	Kind    string `json:"kind"`
	Msg     string `json:"msg"`
	Details any    `json:"details,omitempty"`
}

// Serve answers a call.
func (a *API) Serve(c *rest.Call) rest.Answer {
	answer, err := a.serve(c)
	if err == nil {
		return answer
	}
	var own *refusal
	if !errors.As(err, &own) {
		a.config.Logger.Error("internal error", "error", err)
		own = &refusal{http.StatusInternalServerError, "application-error", err.Error(), map[string]any{"trace": []string{}}}
	}
	return rest.JSON(own.status, errorBody{Kind: own.kind, Msg: own.msg, Details: own.details})
}

func (a *API) serve(c *rest.Call) (rest.Answer, error) {
	user, err := a.authenticate(c)
	if err != nil {
		return rest.Answer{}, err
	}
	handle, vars, _, ok := a.router.Find(c.Method, c.Path)
	if !ok {
		return rest.Answer{}, notFound(c)
	}
	c.Vars = vars
	if id, ok := vars["id"]; ok && !isUUID(id) {
		return rest.Answer{}, &refusal{http.StatusBadRequest, "malformed-uuid", "The group id is not a valid UUID.", id}
	}
	return handle(&call{Call: c, user: user})
}

// authenticate returns the caller. The middleware is that of RBAC, and so are its refusals.
func (a *API) authenticate(c *rest.Call) (*access.User, error) {
	token := c.Authentication()
	if token == "" && c.Certname != "" {
		// A caller with a certificate of the allowlist acts as the API user.
		return a.config.Directory.User(access.APIUserID)
	}
	user, err := a.config.Directory.Authenticate(token)
	if err == nil {
		return user, nil
	}
	kind := string(access.Unauthenticated)
	var denied *access.Error
	if errors.As(err, &denied) {
		kind = string(denied.Kind)
		if denied.Kind != access.Unauthenticated && denied.Kind != access.UserRevoked {
			kind = "puppetlabs.rbac/" + kind
		}
	}
	return nil, &refusal{status: http.StatusUnauthorized, kind: kind, msg: err.Error()}
}

func notFound(c *rest.Call) error {
	return &refusal{http.StatusNotFound, "not-found", "The resource could not be found.", c.Base + c.Path}
}

// require refuses callers without a permission on a group. How the classifier refuses is not documented: it is assumed to do so as RBAC.
func (a *API) require(c *call, action, id string) error {
	if a.engine.MayOnGroup(c.user, action, id) {
		return nil
	}
	return denied("node_groups:" + action + ":" + id)
}

// denied is the refusal of a caller who lacks a permission.
func denied(permission string) error {
	return &refusal{
		status: http.StatusForbidden, kind: "permission-denied", msg: "You do not have the permission " + permission + ".",
	}
}

// isUUID reports whether a text is a UUID in lower case, as the classifier wants it.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i, r := range text {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') || (!dash && !strings.ContainsRune("0123456789abcdef", r)) {
			return false
		}
	}
	return true
}

// SPDX-License-Identifier: MPL-2.0

// Package rbacapi is the HTTP side of the simulated RBAC service: roles, users, groups, permissions and tokens under
// /rbac-api/v1 and /rbac-api/v2.
//
// An [API] is not safe for concurrent use: its owner locks the world around every call.
package rbacapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/release"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// Prefix is the first part of the path of every endpoint.
const Prefix = "/rbac-api"

// Config is what an API needs.
type Config struct {
	Directory  *access.Directory
	Generation func() release.Generation
	Logger     *slog.Logger
}

// API is the RBAC service's API.
type API struct {
	config    Config
	directory *access.Directory
	router    *rest.Router[endpoint]
}

// New returns the API.
func New(config Config) *API {
	a := &API{config: config, directory: config.Directory}
	a.router = rest.NewRouter(a.allRoutes())
	return a
}

// call is a call, authenticated if the endpoint requires it.
type call struct {
	*rest.Call
	user *access.User
}

// handler answers a call.
type handler func(*call) (rest.Answer, error)

// endpoint is a handler with the authentication that it requires.
type endpoint struct {
	handle handler
	auth   authentication
}

// authentication is how callers authenticate.
type authentication int

const (
	// tokenOrCertificate accepts a token, or a client certificate of the allowlist.
	tokenOrCertificate authentication = iota
	// tokenOnly accepts a token.
	tokenOnly
	// nobody requires nothing.
	nobody
)

// Serve answers a call.
func (a *API) Serve(c *rest.Call) rest.Answer {
	answer, err := a.serve(c)
	if err != nil {
		return a.refusal(c, err)
	}
	return answer
}

func (a *API) serve(c *rest.Call) (rest.Answer, error) {
	route, vars, allowed, ok := a.router.Find(c.Method, c.Path)
	if !ok {
		// Which of 401 and 404 an unknown path gets without credentials is not documented: credentials are checked first here.
		if _, err := a.authenticate(c, tokenOrCertificate); err != nil {
			return rest.Answer{}, err
		}
		if len(allowed) > 0 {
			return rest.Answer{}, &refusal{
				status: http.StatusMethodNotAllowed, kind: "method-not-allowed", msg: "Method " + c.Method + " is not allowed here",
				header: http.Header{"Allow": {strings.Join(allowed, ", ")}},
			}
		}
		return rest.Answer{}, &refusal{status: http.StatusNotFound, kind: "not-found", msg: "There is nothing at " + c.Path}
	}
	c.Vars = vars
	if route.auth == nobody {
		return route.handle(&call{Call: c})
	}
	user, err := a.authenticate(c, route.auth)
	if err != nil {
		return rest.Answer{}, err
	}
	return route.handle(&call{Call: c, user: user})
}

// authenticate returns the caller.
func (a *API) authenticate(c *rest.Call, how authentication) (*access.User, error) {
	token := c.Authentication()
	if token == "" && c.Certname != "" && how == tokenOrCertificate {
		// A caller with a certificate of the allowlist acts as the API user.
		return a.directory.User(access.APIUserID)
	}
	user, err := a.directory.Authenticate(token)
	if err != nil {
		return nil, &unauthenticated{err}
	}
	return user, nil
}

// unauthenticated is an error of access about the credentials of a call.
type unauthenticated struct{ error }

// Unwrap returns the error itself.
func (u *unauthenticated) Unwrap() error { return u.error }

// refusal is an error that access does not know.
type refusal struct {
	status  int
	kind    string
	msg     string
	details any
	header  http.Header
}

// Error returns the message.
func (r *refusal) Error() string { return r.msg }

// errorBody is the body of an error. Details are often absent.
type errorBody struct {
	Kind    string `json:"kind"`
	Msg     string `json:"msg"`
	Details any    `json:"details,omitempty"`
}

// refusal turns an error into an answer.
func (a *API) refusal(c *rest.Call, err error) rest.Answer {
	r := a.explain(err)
	if !c.AcceptsJSON() {
		// Without Accept: application/json, errors are text/html with only the message.
		return rest.Answer{Status: r.status, Header: r.header, Text: r.msg, ContentType: "text/html;charset=utf-8"}
	}
	return rest.Answer{Status: r.status, Header: r.header, Body: errorBody{Kind: r.kind, Msg: r.msg, Details: r.details}}
}

func (a *API) explain(err error) *refusal {
	var own *refusal
	var denied *access.Error
	var credentials *unauthenticated
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &credentials) && errors.As(err, &denied):
		kind := string(denied.Kind)
		if denied.Kind != access.Unauthenticated && denied.Kind != access.UserRevoked {
			// The table of RBAC's own kinds lacks those about tokens: they have the names that other services use.
			kind = "puppetlabs.rbac/" + kind
		}
		return &refusal{status: http.StatusUnauthorized, kind: kind, msg: denied.Msg}
	case errors.As(err, &denied):
		return &refusal{status: statusOf(denied.Kind), kind: string(denied.Kind), msg: denied.Msg}
	default:
		a.config.Logger.Error("internal error", "error", err)
		return &refusal{status: http.StatusInternalServerError, kind: "server-error", msg: err.Error()}
	}
}

// statusOf returns the documented status of a kind.
func statusOf(kind access.Kind) int {
	switch kind {
	case access.Unauthenticated, access.UserRevoked, access.APIUserLogin:
		return http.StatusUnauthorized
	case access.PermissionDenied, access.AdminUserImmutable, access.AdminNotInAdminRole, access.DefaultRolesImmutable,
		access.TokenExpired, access.TokenRevoked:
		return http.StatusForbidden
	case access.Conflict:
		return http.StatusConflict
	case access.InvalidAssociatedID, access.NoSuchGroup:
		return http.StatusUnprocessableEntity
	case access.NotFound:
		return http.StatusNotFound
	default:
		return http.StatusBadRequest
	}
}

// require refuses callers without a permission; doing says what they tried.
func (a *API) require(c *call, doing, objectType, action, instance string) error {
	if a.directory.May(c.user, objectType, action, instance) {
		return nil
	}
	return &access.Error{Kind: access.PermissionDenied, Msg: "You do not have permission to " + doing}
}

// malformed is the refusal of a body that cannot be parsed.
func malformed(msg, detail string) *refusal {
	return &refusal{status: http.StatusBadRequest, kind: "malformed-request", msg: msg, details: map[string]string{"error": detail}}
}

// fields reads a body strictly.
func (c *call) fields() (*rest.Fields, error) {
	if !c.SendsJSON() {
		return nil, malformed("The body of the request must be JSON", "Content-Type is not application/json")
	}
	f, err := rest.ReadFields(c.Body)
	if err != nil {
		return nil, malformed("The body of the request is not valid JSON", err.Error())
	}
	return f, nil
}

// finish returns the first problem with a body as a violation of its schema.
func (c *call) finish(f *rest.Fields) error {
	err := f.Done()
	var problem *rest.FieldError
	if !errors.As(err, &problem) {
		return err
	}
	details := map[string]any{
		"schema": map[string]string{problem.Key: problem.Reason},
		"error":  map[string]string{problem.Key: problem.Violation()},
	}
	if !c.secret() {
		details["submitted"] = json.RawMessage(c.Body)
	}
	return &refusal{
		status: http.StatusBadRequest, kind: "schema-violation", details: details,
		msg: fmt.Sprintf("The submitted data does not match the schema: %v", problem),
	}
}

// secret reports whether the body contains passwords or tokens, which are not repeated.
func (c *call) secret() bool {
	return strings.Contains(c.Path, "token") || strings.Contains(string(c.Body), `"password"`)
}

// created answers a request that created something at a path. The client finds the id at the end of Location.
func (a *API) created(path string) rest.Answer {
	answer := rest.Answer{Status: http.StatusCreated, Header: http.Header{"Location": {path}}}
	if a.config.Generation().CreateRedirects() {
		answer.Status = http.StatusSeeOther
	}
	return answer
}

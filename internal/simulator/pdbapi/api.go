// SPDX-License-Identifier: MPL-2.0

// Package pdbapi is the HTTP side of the simulated PuppetDB: the root endpoint of its query API, /pdb/query/v4. Errors are plain text, as
// PuppetDB's are.
//
// An [API] is not safe for concurrent use: its owner locks the world around every call.
package pdbapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/access"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// Prefix is the first part of the path of every endpoint.
const Prefix = "/pdb"

// root is the endpoint that takes queries with their entity.
const root = Prefix + "/query/v4"

// Config is what an API needs.
type Config struct {
	Directory *access.Directory
	// Nodes are those that PuppetDB has data of.
	Nodes func() []*pdbquery.Node
	// Up reports whether the database can be reached.
	Up func() bool
}

// API is PuppetDB's API.
type API struct{ config Config }

// New returns the API.
func New(config Config) *API { return &API{config: config} }

// refusal is an error as PuppetDB reports it.
type refusal struct {
	status int
	text   string
}

// Error returns the text.
func (r *refusal) Error() string { return r.text }

func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// Serve answers a call.
func (a *API) Serve(c *rest.Call) rest.Answer {
	answer, err := a.serve(c)
	if err == nil {
		return answer
	}
	status := http.StatusBadRequest
	var own *refusal
	if errors.As(err, &own) {
		status = own.status
	}
	return rest.Text(status, err.Error())
}

func (a *API) serve(c *rest.Call) (rest.Answer, error) {
	if err := a.authorize(c); err != nil {
		return rest.Answer{}, err
	}
	if strings.TrimRight(c.Path, "/") != root {
		return rest.Answer{}, refuse(http.StatusNotFound, "Not Found")
	}
	if !a.config.Up() {
		return rest.Answer{}, refuse(http.StatusServiceUnavailable, "This connection has been closed.")
	}
	asked, err := read(c)
	if err != nil {
		return rest.Answer{}, err
	}
	q, err := pdbquery.Any(asked.query)
	if err != nil {
		return rest.Answer{}, err
	}
	rows, total, err := q.Answer(a.config.Nodes(), asked.paging)
	if err != nil {
		return rest.Answer{}, err
	}
	answer := rest.JSON(http.StatusOK, rows)
	if asked.total {
		answer.Header = http.Header{"X-Records": {strconv.Itoa(total)}}
	}
	return answer, nil
}

// authorize lets in those whose token has the permission nodes:view_data:*, and every client certificate, as if it were allowlisted. A
// certificate wins over a token. Which status a refused token gets is not documented.
func (a *API) authorize(c *rest.Call) error {
	if c.Certname != "" {
		return nil
	}
	user, err := a.config.Directory.Authenticate(c.Header.Get("X-Authentication"))
	if err != nil {
		return refuse(http.StatusUnauthorized, "Authentication required: %v", err)
	}
	if !a.config.Directory.May(user, "nodes", "view_data", access.AnyInstance) {
		return refuse(http.StatusForbidden, "Permission denied: nodes:view_data:* is required")
	}
	return nil
}

// request is a query with what was asked beside it.
type request struct {
	query  any
	paging pdbquery.Paging
	total  bool
}

// ignored are parameters without a use here.
var ignored = []string{"timeout", "origin", "pretty", "optimize_drop_unused_joins"}

// read reads a call. The parameters of a GET are texts; those of a POST are members of a JSON object.
func read(c *rest.Call) (request, error) {
	switch c.Method {
	case http.MethodGet:
		return fromQuery(c.Query)
	case http.MethodPost:
		return fromBody(c.Body)
	default:
		return request{}, refuse(http.StatusBadRequest, "PuppetDB queries must be made via GET/POST")
	}
}

func fromQuery(values url.Values) (request, error) {
	parameters := map[string]any{}
	for name := range values {
		text := values.Get(name)
		parameters[name] = text
		switch name {
		case "limit", "offset":
			parameters[name] = json.Number(text)
		case "include_total":
			parameters[name] = text == "true"
		case "order_by":
			decoded, err := decode([]byte(text))
			if err != nil {
				return request{}, refuse(http.StatusBadRequest, "Illegal value '%s' for :order_by; expected an array of maps.", text)
			}
			parameters[name] = decoded
		}
	}
	return fromParameters(parameters)
}

func fromBody(body []byte) (request, error) {
	decoded, err := decode(body)
	if err != nil {
		return request{}, refuse(http.StatusBadRequest, "Json parse error at line 1, column 1:\n\n%s\n^\n\n%v", body, err)
	}
	parameters, ok := decoded.(map[string]any)
	if !ok {
		return request{}, refuse(http.StatusBadRequest, "The body of a query must be a JSON object")
	}
	return fromParameters(parameters)
}

// decode decodes JSON that is one value, with numbers as they are written.
func decode(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one value")
	}
	return value, nil
}

func fromParameters(parameters map[string]any) (r request, err error) {
	for name, value := range parameters {
		switch name {
		case "query":
			r.query = value
		case "limit":
			r.paging.Limit, err = count(name, value, 1, "a positive non-zero integer")
		case "offset":
			r.paging.Offset, err = count(name, value, 0, "a non-negative integer")
		case "include_total":
			r.total = value == true
		case "order_by":
			r.paging.OrderBy, err = order(value)
		default:
			if !slices.Contains(ignored, name) {
				err = refuse(http.StatusBadRequest, "Unsupported query parameter '%s'", name)
			}
		}
		if err != nil {
			return request{}, err
		}
	}
	if r.query == nil || r.query == "" {
		return request{}, refuse(http.StatusBadRequest, "Missing required query parameter 'query'")
	}
	return r, nil
}

func count(name string, value any, least int, expected string) (int, error) {
	number, isNumber := value.(json.Number)
	n, err := strconv.Atoi(number.String())
	if !isNumber || err != nil || n < least {
		return 0, refuse(http.StatusBadRequest, "Illegal value '%v' for :%s; expected %s.", value, name, expected)
	}
	return n, nil
}

// order reads [{"field": f, "order": "asc"|"desc"}].
func order(value any) (terms []pdbquery.OrderBy, err error) {
	illegal := refuse(http.StatusBadRequest, "Illegal value '%v' for :order_by; expected an array of maps.", value)
	list, ok := value.([]any)
	if !ok {
		return nil, illegal
	}
	for _, item := range list {
		term, ok := item.(map[string]any)
		if !ok {
			return nil, illegal
		}
		field, hasField := term["field"].(string)
		direction, hasDirection := term["order"].(string)
		known := 1
		if hasDirection {
			known++
		}
		if !hasField || len(term) != known || (hasDirection && !slices.Contains([]string{"asc", "desc"}, strings.ToLower(direction))) {
			return nil, illegal
		}
		terms = append(terms, pdbquery.OrderBy{Field: field, Descending: strings.EqualFold(direction, "desc")})
	}
	return terms, nil
}

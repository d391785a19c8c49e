// Package rest is what the simulated services share of HTTP: calls and answers, routes, strict reading of request bodies
// and of query parameters.
package rest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Call is a request that was received whole.
type Call struct {
	Method string
	// Path is the escaped path.
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	// Base is scheme, host and port as the client addressed them: what links in answers start with.
	Base string
	// Certname is the name in the client's certificate, empty for a client without a verified one.
	Certname string
	// Vars are the variable parts of the route's pattern.
	Vars map[string]string
}

// Answer is what a call gets.
type Answer struct {
	Status int
	Header http.Header
	// Body is encoded as JSON. Nil is an answer without a body, unless there is Text.
	Body any
	// Text is a body that is no JSON, of type ContentType.
	Text        string
	ContentType string
}

// JSON returns an answer with a JSON body.
func JSON(status int, body any) Answer { return Answer{Status: status, Body: body} }

// Text returns an answer with a plain text body.
func Text(status int, text string) Answer {
	return Answer{Status: status, Text: text, ContentType: "text/plain;charset=utf-8"}
}

// Encode returns the header and the body to send.
func (a Answer) Encode() (http.Header, []byte, error) {
	header := a.Header.Clone()
	if header == nil {
		header = make(http.Header)
	}
	if a.Body == nil {
		if a.Text != "" {
			header.Set("Content-Type", a.ContentType)
		}
		return header, []byte(a.Text), nil
	}
	body, err := json.Marshal(a.Body)
	if err != nil {
		return nil, nil, err
	}
	header.Set("Content-Type", "application/json")
	return header, body, nil
}

// Authentication returns the token of a call: the header, or the query parameter where the header is absent or empty.
func (c *Call) Authentication() string {
	if token := c.Header.Get("X-Authentication"); token != "" {
		return token
	}
	return c.Query.Get("token")
}

// SendsJSON tells whether the body is declared to be JSON.
func (c *Call) SendsJSON() bool {
	mediaType, _, _ := strings.Cut(c.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/json")
}

// AcceptsJSON tells whether the client asks for JSON by name.
func (c *Call) AcceptsJSON() bool {
	return slices.ContainsFunc(c.Header.Values("Accept"), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "application/json")
	})
}

// Route ties a method and a pattern to a handler. A segment of the pattern in braces matches any segment; {name...} at
// the end matches one or more.
type Route[H any] struct {
	Method  string
	Pattern string
	Handler H
	// When tells whether the route exists; nil means always.
	When func() bool
	// Except are values that the variable parts of the pattern do not match.
	Except []string
}

// Find returns the handler for a method and an escaped path, with the variable parts of the path. Without a handler,
// allowed are the methods that the path has; none means that there is no such path.
func Find[H any](routes []Route[H], method, path string) (handler H, vars map[string]string, allowed []string, ok bool) {
	segments, valid := split(path)
	if !valid {
		return handler, nil, nil, false
	}
	for _, route := range routes {
		if route.When != nil && !route.When() {
			continue
		}
		matched, fits := match(strings.Split(strings.Trim(route.Pattern, "/"), "/"), segments)
		if !fits || slices.ContainsFunc(route.Except, func(s string) bool { return holds(matched, s) }) {
			continue
		}
		if route.Method == method {
			return route.Handler, matched, nil, true
		}
		if !slices.Contains(allowed, route.Method) {
			allowed = append(allowed, route.Method)
		}
	}
	slices.Sort(allowed)
	return handler, nil, allowed, false
}

// holds tells whether one of the variables has a value.
func holds(vars map[string]string, value string) bool {
	for _, v := range vars {
		if v == value {
			return true
		}
	}
	return false
}

// split cuts a path into unescaped segments. Empty segments are no segments of any route.
func split(path string) ([]string, bool) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		unescaped, err := url.PathUnescape(segment)
		if err != nil || unescaped == "" {
			return nil, false
		}
		segments[i] = unescaped
	}
	return segments, true
}

func match(pattern, segments []string) (map[string]string, bool) {
	vars := make(map[string]string)
	for i, part := range pattern {
		name, variable := strings.CutPrefix(part, "{")
		name = strings.TrimSuffix(name, "}")
		if rest, open := strings.CutSuffix(name, "..."); open && variable {
			if i >= len(segments) {
				return nil, false
			}
			vars[rest] = strings.Join(segments[i:], "/")
			return vars, true
		}
		switch {
		case i >= len(segments):
			return nil, false
		case variable:
			vars[name] = segments[i]
		case part != segments[i]:
			return nil, false
		}
	}
	return vars, len(pattern) == len(segments)
}

// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
)

// Route ties a method and a path to a handler. The pattern is one of [http.ServeMux], without its method; what a wildcard matches is
// never empty.
type Route[H any] struct {
	Method  string
	Pattern string
	Handler H
	// When reports whether the route exists; nil means always.
	When func() bool
	// Except are values that the variable parts of the pattern do not match.
	Except []string
}

// Router finds the handlers of routes. It does not answer requests itself: a simulated service uses the same form of error for unknown
// paths as for everything else, and damages answers before they are sent.
type Router[H any] struct {
	mux     *http.ServeMux
	methods []string
}

// NewRouter returns a router. It panics, as [http.ServeMux] does, when two routes conflict.
func NewRouter[H any](routes []Route[H]) *Router[H] {
	wildcard := regexp.MustCompile(`\{(\w+)`)
	router := &Router[H]{mux: http.NewServeMux()}
	for _, route := range routes {
		target := target[H]{Route: route}
		for _, name := range wildcard.FindAllStringSubmatch(route.Pattern, -1) {
			target.variables = append(target.variables, name[1])
		}
		router.mux.Handle(route.Method+" "+route.Pattern, target)
		router.methods = append(router.methods, route.Method)
	}
	slices.Sort(router.methods)
	router.methods = slices.Compact(router.methods)
	return router
}

// Find returns the handler for a method and an escaped path, with the variable parts of the path. Without a handler, allowed are the
// methods of the path; none means that the path does not exist.
func (r *Router[H]) Find(method, path string) (handler H, vars map[string]string, allowed []string, ok bool) {
	if found := r.match(method, path); found.ok {
		return found.handler, found.vars, nil, true
	}
	for _, other := range r.methods {
		if r.match(other, path).ok {
			allowed = append(allowed, other)
		}
	}
	return handler, nil, allowed, false
}

func (r *Router[H]) match(method, path string) match[H] {
	var found match[H]
	if target, err := url.ParseRequestURI(path); err == nil {
		r.mux.ServeHTTP(&found, &http.Request{Method: method, URL: target})
	}
	return found
}

// target is a route in the mux.
type target[H any] struct {
	Route[H]
	variables []string
}

// ServeHTTP returns the handler where the mux would have it answer.
func (t target[H]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// The mux treats HEAD as GET.
	if r.Method != t.Method || t.When != nil && !t.When() {
		return
	}
	vars := make(map[string]string, len(t.variables))
	for _, name := range t.variables {
		value := r.PathValue(name)
		if value == "" || slices.Contains(t.Except, value) {
			return
		}
		vars[name] = value
	}
	if found, ours := w.(*match[H]); ours {
		*found = match[H]{handler: t.Handler, vars: vars, ok: true}
	}
}

// match is what the mux has found. What the mux itself answers (not found, moved) is not a match and is discarded.
type match[H any] struct {
	handler H
	vars    map[string]string
	ok      bool
}

// Header implements [http.ResponseWriter].
func (*match[H]) Header() http.Header { return make(http.Header) }

// Write implements [http.ResponseWriter].
func (*match[H]) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements [http.ResponseWriter].
func (*match[H]) WriteHeader(int) {}

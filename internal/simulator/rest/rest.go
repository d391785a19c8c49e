// SPDX-License-Identifier: MPL-2.0

// Package rest is the HTTP code that the simulated services share: calls and answers, routes, strict reading of request bodies and of query
// parameters.
package rest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Call is a request that was received completely.
type Call struct {
	Method string
	// Path is the escaped path.
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
	// Base is scheme, host and port as the client addressed them: links in answers start with it.
	Base string
	// Certname is the name in the client's certificate, empty for a client without a verified one.
	Certname string
	// Vars are the variable parts of the route's pattern.
	Vars map[string]string
}

// Answer is the answer to a call.
type Answer struct {
	Status int
	Header http.Header
	// Body is encoded as JSON. Nil is an answer without a body, unless there is Text.
	Body any
	// Text is a body that is not JSON, of type ContentType.
	Text        string
	ContentType string
	// Later has the body of an answer that takes time, and whether it is the last word: the answer is sent then. It is asked within the
	// locked world. Nil is an answer that is sent at once.
	Later func() (body any, done bool)
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

// SendsJSON reports whether the body is declared as JSON.
func (c *Call) SendsJSON() bool {
	mediaType, _, _ := strings.Cut(c.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(mediaType), "application/json")
}

// AcceptsJSON reports whether the client asks for JSON by name.
func (c *Call) AcceptsJSON() bool {
	return slices.ContainsFunc(c.Header.Values("Accept"), func(v string) bool {
		return strings.Contains(strings.ToLower(v), "application/json")
	})
}

// SPDX-License-Identifier: MPL-2.0

package rest

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Params reads query parameters. Reading continues after a problem; Done returns the first one. Parameters that are not read are ignored,
// as web servers do.
type Params struct {
	values url.Values
	first  *FieldError
}

// Params returns a reader of the call's query parameters.
func (c *Call) Params() *Params { return &Params{values: c.Query} }

// Done returns the first problem, if there is any.
func (p *Params) Done() error {
	if p.first == nil {
		return nil
	}
	return p.first
}

// Fail notes a problem with a parameter.
func (p *Params) Fail(name, format string, args ...any) {
	if p.first == nil {
		p.first = &FieldError{Key: name, Reason: fmt.Sprintf(format, args...)}
	}
}

// Has reports whether a parameter is given.
func (p *Params) Has(name string) bool { return p.values.Has(name) }

// String returns a parameter, or a fallback where it is not given.
func (p *Params) String(name, fallback string) string {
	if !p.Has(name) {
		return fallback
	}
	return p.values.Get(name)
}

// Int returns an integer of at least a minimum, or a fallback where it is not given.
func (p *Params) Int(name string, minimum, fallback int) int {
	if !p.Has(name) {
		return fallback
	}
	n, err := strconv.Atoi(p.values.Get(name))
	switch {
	case err != nil:
		p.Fail(name, "must be an integer")
	case n < minimum:
		p.Fail(name, "must be at least %d", minimum)
	default:
		return n
	}
	return fallback
}

// Enum returns one of some words, or a fallback where the parameter is not given.
func (p *Params) Enum(name, fallback string, words ...string) string {
	if !p.Has(name) {
		return fallback
	}
	if word := p.values.Get(name); slices.Contains(words, word) {
		return word
	}
	p.Fail(name, "must be one of %s", strings.Join(words, ", "))
	return fallback
}

// Time returns a timestamp, or the zero time where the parameter is not given.
func (p *Params) Time(name string) time.Time {
	if !p.Has(name) {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, p.values.Get(name))
	if err != nil {
		p.Fail(name, "must be an ISO-8601 timestamp")
	}
	return t
}

// Day returns a day, or the zero time where the parameter is not given.
func (p *Params) Day(name string) time.Time {
	if !p.Has(name) {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, p.values.Get(name))
	if err != nil {
		p.Fail(name, "must be a date of the form YYYY-MM-DD")
	}
	return t
}

// Page returns the part of a list that limit and offset ask for; a limit of 0 means no limit.
func Page[T any](items []T, limit, offset int) []T {
	items = items[min(offset, len(items)):]
	if limit > 0 {
		items = items[:min(limit, len(items))]
	}
	return items
}

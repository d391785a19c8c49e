// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// tokens is the token of a transport, which somebody may renew while the transport is in use. It is safe for concurrent use.
type tokens struct {
	// renew reads the token anew from where it came from, nil where that cannot have another one.
	renew    func() (string, error)
	redactor *Redactor

	mu    sync.Mutex
	token string
}

// current returns the token that the next request carries.
func (t *tokens) current() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.token
}

// renewed reports whether there is another token than the one that was refused. Of several requests with the same refused token, the first
// reads it anew, and the others wait for that and find it.
func (t *tokens) renewed(refused string) bool {
	if t.renew == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token != refused {
		return true
	}
	token, err := t.renew()
	if err != nil || token == "" || token == refused {
		return false // what the server has said of the token that there was says more
	}
	t.redactor.Add(token) // before anything can carry it
	t.token = token
	return true
}

// mayRepeat reports whether a request was refused for a token that has been renewed since, so that it may be sent again with the new one: a
// 401 has done nothing. One that is not Puppet Enterprise's own may come from something in front of it, after the fact.
func (s *Service) mayRepeat(ctx context.Context, c *call, err error) bool {
	var answer *Error
	if !errors.As(err, &answer) || answer.Status != http.StatusUnauthorized || c.identity != nil || ctx.Err() != nil {
		return false
	}
	if c.safety != Idempotent && !Refused(err) {
		return false
	}
	if !s.transport.tokens.renewed(c.token) {
		return false
	}
	s.transport.log.renewed(ctx, s.name)
	return true
}

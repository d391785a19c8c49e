// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"net/url"
	"strings"
	"sync"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// Redacted replaces a secret.
const Redacted = "(redacted)"

// Redactor removes secrets from what leaves the process in logs and error messages: known values anywhere, in the forms in which they are
// written, and every value whose key in JSON says that it is a secret. It is safe for concurrent use.
type Redactor struct {
	mu    sync.RWMutex
	known map[string]bool
	forms matcher
	keys  map[string]bool
}

// NewRedactor returns a Redactor that knows the given secrets. Empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{known: map[string]bool{}, keys: map[string]bool{}}
	r.Add(secrets...)
	return r
}

// Add registers further secret values.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		if r.known[secret] {
			continue
		}
		r.known[secret] = true
		for _, form := range formsOf(strings.TrimSpace(secret)) {
			r.forms.add(form)
		}
	}
}

// AddKeys registers names whose values in JSON are secrets, however short they are.
func (r *Redactor) AddKeys(names ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range names {
		r.keys[name] = true
	}
}

// Text returns the text without secrets: known values, and what has the form of a JSON string whose key names a secret.
func (r *Redactor) Text(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return replace(text, r.secretsIn(text, deepestEscape))
}

// Line returns a text of others for a place within a line of what is said: without secrets, which are looked for in the original text, then
// safe to show, and no longer than a message may be.
func (r *Redactor) Line(text string) string { return visible.Line(r.Text(text), visible.LongestLine) }

// URL returns u without its query, user and secrets.
func (r *Redactor) URL(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return r.Text(bare.String())
}

// hides reports whether the values of a key are secrets.
func (r *Redactor) hides(key string) bool { return r.keys[key] || IsSecretKey(key) }

var keyNormalizer = strings.NewReplacer("-", "", "_", "")

// IsSecretKey reports whether a name says that its value is a secret: the names in the PE API (token, password, private-key-content,
// sudo-password, _sensitive), and common names for parameters of tasks.
func IsSecretKey(key string) bool {
	key = keyNormalizer.Replace(strings.ToLower(key))
	for _, word := range []string{"password", "passwd", "passphrase", "secret", "token", "privatekey", "apikey", "credential",
		"authentication",
	} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return key == "sensitive"
}

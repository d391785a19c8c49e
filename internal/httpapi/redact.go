// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Redacted replaces a secret.
const Redacted = "(redacted)"

const (
	// shortestSecret is the length in bytes from which a value is searched for in texts. Shorter values occur in texts by chance; they are
	// still hidden by their keys.
	shortestSecret = 3
	// shortestPart is the length from which a value is searched for inside words, too.
	shortestPart = 4
)

// Redactor removes secrets from what leaves the process in logs and error messages: known values anywhere, and in JSON every value whose
// key says that it is a secret. It is safe for concurrent use.
type Redactor struct {
	mu     sync.RWMutex
	values []string // longest first, so that a secret that contains another is replaced as a whole
	words  map[string]*regexp.Regexp
	keys   map[string]bool
}

// NewRedactor returns a Redactor that knows the given secrets. Empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{words: map[string]*regexp.Regexp{}, keys: map[string]bool{}}
	r.Add(secrets...)
	return r
}

// Add registers further secret values.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		for _, form := range forms(strings.TrimSpace(secret)) {
			r.add(form)
		}
	}
	slices.SortFunc(r.values, func(a, b string) int { return len(b) - len(a) })
}

func (r *Redactor) add(form string) {
	switch {
	case len(form) < shortestSecret || slices.Contains(r.values, form):
	case len(form) < shortestPart:
		r.words[form] = regexp.MustCompile(`(^|[^\pL\pN])` + regexp.QuoteMeta(form) + `($|[^\pL\pN])`)
	default:
		r.values = append(r.values, form)
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

// forms lists how a secret may appear in a text: as it is, inside a JSON string, inside a URL's query.
func forms(secret string) []string {
	all := []string{secret, url.QueryEscape(secret)}
	if encoded, err := json.Marshal(secret); err == nil {
		all = append(all, strings.Trim(string(encoded), `"`))
	}
	return all
}

// Text returns the text without known secrets.
func (r *Redactor) Text(text string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, secret := range r.values {
		text = strings.ReplaceAll(text, secret, Redacted)
	}
	for _, word := range r.words {
		// A match includes the characters around it, so of two words with one character between them the second is only found the second time.
		for range 2 {
			text = word.ReplaceAllString(text, "${1}"+Redacted+"${2}")
		}
	}
	return text
}

// URL returns u without its query, user and secrets.
func (r *Redactor) URL(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return r.Text(bare.String())
}

// JSON returns a JSON text without secrets: known values, and the values of keys that name secrets. Anything that is not JSON is treated as
// text.
func (r *Redactor) JSON(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return ""
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return r.Text(string(body))
	}
	encoded, err := json.Marshal(r.hideSecretKeys(value))
	if err != nil {
		return Redacted
	}
	return r.Text(string(encoded))
}

func (r *Redactor) hideSecretKeys(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if IsSecretKey(key) || r.knowsKey(key) {
				value[key] = Redacted
			} else {
				value[key] = r.hideSecretKeys(inner)
			}
		}
		return value
	case []any:
		for i, inner := range value {
			value[i] = r.hideSecretKeys(inner)
		}
		return value
	default:
		return value
	}
}

func (r *Redactor) knowsKey(key string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys[key]
}

// IsSecretKey reports whether a name says that its value is a secret: the names in the PE API (token, password, private-key-content,
// sudo-password, _sensitive), and common names for parameters of tasks.
func IsSecretKey(key string) bool {
	key = strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(key))
	for _, word := range []string{"password", "passwd", "passphrase", "secret", "token", "privatekey", "apikey", "credential",
		"authentication",
	} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return key == "sensitive"
}

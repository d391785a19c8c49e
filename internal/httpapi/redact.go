package httpapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Redacted stands where a secret was.
const Redacted = "(redacted)"

// shortestSecret is the length in bytes from which a value is searched for in texts. Shorter values are in every text by
// chance; they are still hidden by their keys.
const shortestSecret = 4

// Redactor removes secrets from what leaves the process in logs and error messages: known values wherever they stand, and
// in JSON every value whose key says that it is a secret. It is safe for concurrent use.
type Redactor struct {
	mu     sync.RWMutex
	values []string // longest first, so that a secret that contains another goes as a whole
}

// NewRedactor returns a Redactor that knows the given secrets. Empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add makes further secret values known.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		for _, form := range forms(strings.TrimSpace(secret)) {
			if len(form) >= shortestSecret && !slices.Contains(r.values, form) {
				r.values = append(r.values, form)
			}
		}
	}
	slices.SortFunc(r.values, func(a, b string) int { return len(b) - len(a) })
}

// forms lists how a secret may stand in a text: as it is, inside a JSON string, inside a URL's query.
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
	return text
}

// URL returns u without its query, user and secrets.
func (r *Redactor) URL(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return r.Text(bare.String())
}

// JSON returns a JSON text without secrets: known values, and the values of keys that name secrets. What is not JSON is
// treated as text.
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
	encoded, err := json.Marshal(hideSecretKeys(value))
	if err != nil {
		return Redacted
	}
	return r.Text(string(encoded))
}

func hideSecretKeys(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			if isSecretKey(key) {
				value[key] = Redacted
			} else {
				value[key] = hideSecretKeys(inner)
			}
		}
		return value
	case []any:
		for i, inner := range value {
			value[i] = hideSecretKeys(inner)
		}
		return value
	default:
		return value
	}
}

// isSecretKey reports whether a JSON key names a secret: those of the PE API (token, password, private-key-content,
// sudo-password, _sensitive) and what people call the parameters of their own tasks.
func isSecretKey(key string) bool {
	key = strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(key))
	for _, word := range []string{"password", "passwd", "passphrase", "secret", "token", "privatekey", "apikey", "credential", "authentication"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return key == "sensitive"
}

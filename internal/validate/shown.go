// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// longestShown is how many characters of a value a message shows.
const longestShown = 200

// Shown returns a value for a message, in quotes. What may be a secret in a place where none belongs is described instead: the login and
// the query of a URL, a token, PEM text.
func Shown(text string) string {
	switch {
	case IsPEM(text):
		return "a text in PEM form (not shown)"
	case LooksLikeToken(text):
		return "a text that looks like a token (not shown)"
	case urlForm.MatchString(text) && strings.ContainsAny(text, "@?#"):
		return shownURL(text)
	case utf8.RuneCountInString(text) > longestShown:
		return fmt.Sprintf("%q…", string([]rune(text)[:longestShown]))
	default:
		return fmt.Sprintf("%q", text)
	}
}

// urlForm is what a URL with a scheme, or a login before a host, begins with.
var urlForm = regexp.MustCompile(`^\s*([A-Za-z][A-Za-z0-9+.-]*://|[^@\s]+:[^@\s]*@)`)

// shownURL shows scheme and host of a URL, and says what else there is.
func shownURL(text string) string {
	before, rest, absolute := strings.Cut(text, "://")
	if !absolute {
		before, rest = "", text
	} else {
		before += "://"
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, query := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	// Whatever is before the last @ may be a part of a password, even a slash.
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		before += "…@"
		authority, path, _ = strings.Cut(rest[at+1:], "/")
	}
	shown := before + authority
	if path != "" {
		shown += "/" + path
	}
	if query {
		shown += "?…"
	}
	if _, err := url.Parse(text); err != nil || LooksLikeToken(authority) {
		return "a text that is not shown, because it may hold a secret"
	}
	return fmt.Sprintf("%q", shown)
}

// IsPEM reports whether a text is in PEM form, or a part of such a text.
func IsPEM(text string) bool { return strings.Contains(text, "-----BEGIN ") }

var (
	tokenForm = regexp.MustCompile(`^[A-Za-z0-9_=+-]{32,}$`)
	tokenMix  = []*regexp.Regexp{regexp.MustCompile(`[a-z]`), regexp.MustCompile(`[A-Z]`), regexp.MustCompile(`[0-9]`)}
)

// LooksLikeToken reports whether a text may be an RBAC token: a long word of letters of both cases and digits. Neither a UUID, nor a host
// name, nor a path looks like that.
func LooksLikeToken(text string) bool {
	text = strings.TrimSpace(text)
	if !tokenForm.MatchString(text) {
		return false
	}
	for _, kind := range tokenMix {
		if !kind.MatchString(text) {
			return false
		}
	}
	return true
}

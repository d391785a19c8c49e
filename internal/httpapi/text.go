// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// texts says which answers in plain text are PE's own, though its errors are JSON elsewhere.
type texts struct {
	// errors tells that the service answers errors as plain text.
	errors bool
}

// longestText is how many characters of an error in plain text are kept. The longest ones list what could be in a query.
const longestText = 8000

// WithErrorsAsText returns the service as one that answers errors as plain text, as PuppetDB does. What is in front of it may do so, too,
// so only the statuses count that such a service is known to answer with.
func (s *Service) WithErrorsAsText() *Service {
	of := *s
	of.texts.errors = true
	return &of
}

// own reports whether an answer that is no error in JSON is PE's own all the same.
func (t texts) own(resp *http.Response, body []byte) bool {
	switch resp.StatusCode {
	case http.StatusForbidden:
		return isDenial(resp, body) || t.errors && isPlain(resp.Header, body)
	case http.StatusBadRequest, http.StatusInternalServerError:
		return t.errors && isPlain(resp.Header, body)
	default:
		return false
	}
}

// isPlain reports whether an answer says that it is plain text, and has some.
func isPlain(h http.Header, body []byte) bool {
	mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && mediaType == "text/plain" && len(bytes.TrimSpace(body)) > 0 &&
		!strings.Contains(http.DetectContentType(body), "html")
}

// isDenial reports whether an answer is that of trapperkeeper-authorization, the layer that lets requests through to PE's services: 403
// and "Forbidden request: PATH (method :METHOD). Please see the server logs for details.", since 2019 with the words of RBAC in between.
// That is in its source (rules.clj, request->resp-description, since May 2016), in which the answer has no content type of its own; what it
// passes on its way may make it plain text. It names the request, which something else would hardly do.
func isDenial(resp *http.Response, body []byte) bool {
	if resp.Header.Get("Content-Type") != "" && !isPlain(resp.Header, body) || resp.Request == nil {
		return false
	}
	said := fmt.Sprintf("Forbidden request: %s (method :%s)", resp.Request.URL.EscapedPath(), strings.ToLower(resp.Request.Method))
	return bytes.HasPrefix(body, []byte(said))
}

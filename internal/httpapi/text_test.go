// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// parseError is what PuppetDB answers to a query that it cannot read: a caret stands below what is wrong.
const parseError = "PQL parse error at line 1, column 9:\n\nnodes { = \"x\" }\n        ^\n\nExpected one of:\n\n!\n(\n"

// denied is what trapperkeeper-authorization answers, in front of a service.
const denied = "Forbidden request: /orchestrator/v1/command/deploy (method :post). Please see the server logs for details."

// answers returns a service whose server always answers in the same way, and what counts the requests. A content type of "none" sends no
// header.
func answers(t *testing.T, status int, contentType, body string) (*httpapi.Service, *atomic.Int32) {
	t.Helper()
	var attempts atomic.Int32
	return newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		attempts.Add(1)
		w.Header()["Content-Type"] = []string{contentType}
		if contentType == "none" {
			w.Header()["Content-Type"] = nil
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})), &attempts
}

// TestDo_ErrorsAsText has a service that answers errors as plain text, and others on the way that do so, too.
func TestDo_ErrorsAsText(t *testing.T) {
	t.Parallel()
	const plain = "text/plain; charset=utf-8"
	for name, test := range map[string]struct {
		status            int
		contentType, body string
		own               bool
	}{
		"a query that is refused":  {400, plain, parseError, true},
		"a certificate":            {403, plain, "Permission denied: client certificate CN (pe) doesn't appear in allowlist.", true},
		"capital letters":          {400, "Text/Plain", parseError, true},
		"a page":                   {400, "text/html", "<html><title>No</title></html>", false},
		"a page that is no text":   {400, plain, " <!DOCTYPE html><html><title>No</title></html>", false},
		"nothing says what it is":  {400, "none", parseError, false},
		"JSON of somebody":         {400, "application/json", `{"message":"no"}`, false},
		"nothing":                  {400, plain, " ", false},
		"a route that is unknown":  {404, plain, "404 page not found", false},
		"a proxy that wants money": {402, plain, "pay", false},
		"a proxy that wants more":  {407, plain, "Proxy Authentication Required", false},
	} {
		for _, texts := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				service, attempts := answers(t, test.status, test.contentType, test.body)
				if texts {
					service = service.WithErrorsAsText()
				}
				_, err := service.Do(t.Context(), httpapi.Request{Method: http.MethodPost, Safety: httpapi.Idempotent})
				var answer *httpapi.Error
				if !errors.As(err, &answer) || answer.JSON {
					t.Fatal(err)
				}
				own, want := texts && test.own, int32(3)
				if own {
					want = 1
				}
				if answer.Text != own || attempts.Load() != want || httpapi.ForeignRefusal(err) == own || httpapi.Transient(err) == own || httpapi.Refused(err) != own {
					t.Errorf("after %d attempts: %+v", attempts.Load(), answer)
				}
				if own != (answer.Message == strings.TrimSpace(test.body)) {
					t.Errorf("it says %q", answer.Message)
				}
			})
		}
	}
}

// TestDo_LongErrorsAsText shows a long text nearly whole, safe to show and without secrets.
func TestDo_LongErrorsAsText(t *testing.T) {
	t.Parallel()
	service, _ := answers(t, 400, "text/plain", "'foo' is \x1b[31mno field\n  of "+secretToken+": "+strings.Repeat("[name] ", 400)+"\nthe last\n"+strings.Repeat("x", 100_000))
	_, err := service.WithErrorsAsText().Do(t.Context(), get("x"))
	var answer *httpapi.Error
	if !errors.As(err, &answer) || !strings.Contains(answer.Message, "[name] \nthe last\nxxx") || !strings.HasPrefix(answer.Message, `'foo' is \x1b[31mno field`+"\n  of ") ||
		strings.Contains(answer.Message, secretToken) || len(answer.Message) > 10_000 {
		t.Errorf("it says %q", answer.Message)
	}
}

// TestRefused_ByWhatGuardsTheService has the layer in front of PE's services deny a launch. Nothing else that is no JSON refuses one.
func TestRefused_ByWhatGuardsTheService(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status            int
		contentType, body string
		want              bool
	}{
		"as it is":              {403, "none", denied, true},
		"as plain text":         {403, "text/plain;charset=utf-8", denied, true},
		"with what RBAC says":   {403, "text/plain", "Forbidden request: /orchestrator/v1/command/deploy (method :post). RBAC Message: The provided token has expired. Please see the server logs for details.", true},
		"of a page":             {403, "text/html", denied, false},
		"of JSON":               {403, "application/json", `"` + denied + `"`, false},
		"of bytes":              {403, "application/octet-stream", denied, false},
		"another status":        {404, "text/plain", denied, false},
		"after the fact, maybe": {503, "text/plain", denied, false},
		"another text":          {403, "text/plain", "Forbidden", false},
		"in the middle":         {403, "text/plain", "The proxy says: " + denied, false},
		"another path":          {403, "text/plain", "Forbidden request: /other (method :post). Please see the server logs for details.", false},
		"another method":        {403, "text/plain", "Forbidden request: /orchestrator/v1/command/deploy (method :get). Please see the server logs for details.", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service, attempts := answers(t, test.status, test.contentType, test.body)
			_, err := service.Do(t.Context(), launch())
			if httpapi.Refused(err) != test.want || httpapi.MayBeDone(err) == test.want || httpapi.StatusOf(err) != test.status || attempts.Load() != 1 {
				t.Errorf("after %d attempts: %v", attempts.Load(), err)
			}
			if test.want && !strings.Contains(err.Error(), test.body) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// TestDo_CompressedAnswers expands answers; what cannot be expanded is an error.
func TestDo_CompressedAnswers(t *testing.T) {
	t.Parallel()
	var archive bytes.Buffer
	writer := gzip.NewWriter(&archive)
	_, err := io.WriteString(writer, `{"name":"`+strings.Repeat("x", 100_000)+`"}`)
	if err = errors.Join(err, writer.Close()); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		encoding, body, want string
	}{
		"compressed":                   {"gzip", archive.String(), ""},
		"in upper case":                {"GZIP", archive.String(), ""},
		"not compressed":               {"", `{"name":"` + strings.Repeat("x", 100_000) + `"}`, ""},
		"something that is no archive": {"gzip", "{}, but not compressed", "expanding the answer"},
		"half of an archive":           {"gzip", archive.String()[:archive.Len()/2], "unexpected EOF"},
		"nothing":                      {"gzip", "", "an empty body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Accept-Encoding") != "gzip" {
					t.Errorf("the request accepts %q", r.Header.Get("Accept-Encoding"))
				}
				if test.encoding != "" {
					w.Header().Set("Content-Encoding", test.encoding)
				}
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, test.body)
			}), func(c *httpapi.Config) { c.MaxRetries = -1 })
			var into struct{ Name string }
			request := get("jobs")
			request.Into = &into
			_, err := service.Do(t.Context(), request)
			if (err != nil) != (test.want != "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err == nil && len(into.Name) != 100_000 {
				t.Errorf("the name has %d characters", len(into.Name))
			}
		})
	}
}

// promisingTooMuch answers with a length over any limit, and with the beginning of a body.
func promisingTooMuch(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", strconv.Itoa(1<<40))
	_, _ = io.WriteString(w, "{")
}

// TestDo_AnswerThatPromisesTooMuch has a length over the limit: the error comes before the body.
func TestDo_AnswerThatPromisesTooMuch(t *testing.T) {
	t.Parallel()
	service := newService(t, http.HandlerFunc(promisingTooMuch), func(c *httpapi.Config) { c.MaxRetries = -1 })
	if _, err := service.Do(t.Context(), get("jobs")); err == nil || !strings.Contains(err.Error(), "larger than any from Puppet Enterprise") {
		t.Errorf("got %v", err)
	}
}

// TestDo_LastAnswerIsRead has every attempt answered with 503: the error has what the last one said.
func TestDo_LastAnswerIsRead(t *testing.T) {
	t.Parallel()
	for _, retries := range []int{-1, 2} {
		service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_ = json.NewEncoder(w).Encode(map[string]string{"kind": "puppetlabs.orchestrator/busy", "msg": "Come back later"})
		}), func(c *httpapi.Config) { c.MaxRetries = retries })
		if _, err := service.Do(t.Context(), get("jobs")); !httpapi.HasKind(err, "busy") {
			t.Errorf("after %d retries: %v", retries, err)
		}
	}
}

// SPDX-License-Identifier: MPL-2.0

package httpapi_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

func TestLog_HoldsNoSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: httpapi.LevelTrace}))
	service := newService(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"echo":"`+r.Header.Get("X-Authentication")+`","login":"dana","password":"hunter2-answer"}`)
	}), func(c *httpapi.Config) { c.Logger = logger })
	service.Redactor().Add("s3cret \"quoted\"\nvalue", "")

	request := launch()
	request.Query = map[string][]string{"q": {"s3cret \"quoted\"\nvalue"}}
	request.Body = map[string]any{
		"params":   map[string]any{"db_password": "hunter2", "note": "s3cret \"quoted\"\nvalue", "size": 12},
		"targets":  []any{map[string]any{"user": "deploy", "private-key-content": "KEY", "sudo-password": "sudo-pw"}},
		"_private": "kept",
	}
	if _, err := service.Do(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, secret := range []string{secretToken, "hunter2", "s3cret", `"KEY"`, "sudo-pw"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log contains %q:\n%s", secret, text)
		}
	}
	for _, kept := range []string{"request body", "answer body", "dana", "deploy", "kept", `"status":200`, `\"size\":12`} {
		if !strings.Contains(text, kept) {
			t.Errorf("the log lacks %q:\n%s", kept, text)
		}
	}
}

// TestLog_IsSafeToShow has characters in an answer that a terminal obeys or that change the order of others.
func TestLog_IsSafeToShow(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: httpapi.LevelTrace}))
	service := newService(t, answering(http.StatusOK, "application/json", "{\"name\":\"\\u001b[2J\\u009b\\u202e\u009b\u202e\"}"), func(c *httpapi.Config) { c.Logger = logger })
	if _, err := service.Do(t.Context(), launch()); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if line = strings.TrimSuffix(line, "\n"); line != visible.Line(line, len(line)) {
			t.Errorf("the log has %q", line)
		}
	}
	if !strings.Contains(out.String(), `u009b`) {
		t.Errorf("the log lacks the answer: %s", out.String())
	}
}

func TestLog_OffAtInfo(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo}))
	service := newService(t, answering(http.StatusOK, "application/json", "{}"), func(c *httpapi.Config) { c.Logger = logger })
	if _, err := service.Do(t.Context(), launch()); err != nil || out.Len() > 0 {
		t.Errorf("error %v, log %q", err, out.String())
	}
}

// SPDX-License-Identifier: MPL-2.0

package apifixtures_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
)

// checkRows compares rows with what the client returns of them.
func checkRows(t *testing.T, c clients, raw []byte) error {
	t.Helper()
	rows, err := c.puppetDB.Rows(t.Context(), puppetdb.Query{Text: "nodes { }"})
	encoded := []any{}
	for _, row := range rows {
		encoded = append(encoded, generic(t, row))
	}
	same(t, "rows", any(encoded), generic(t, raw))
	return err
}

// message is an answer as a fixture has it that is no JSON, or that is cut.
type message struct {
	Status      int
	ContentType string `json:"content_type"`
	Body        string
}

// asking asks a PuppetDB that answers with a message.
func asking(t *testing.T, raw []byte) (message, error) {
	t.Helper()
	var m message
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", m.ContentType)
		w.WriteHeader(m.Status)
		_, _ = w.Write([]byte(m.Body))
	}))
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	client, err := puppetdb.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Rows(t.Context(), puppetdb.Query{Text: "nodes { }"})
	return m, err
}

// checkPuppetDBError expects the text of an error, which is plain, in the error of the client.
func checkPuppetDBError(t *testing.T, raw []byte) {
	t.Helper()
	m, err := asking(t, raw)
	first, _, _ := strings.Cut(m.Body, "\n")
	if httpapi.StatusOf(err) != m.Status || !strings.Contains(err.Error(), first) {
		t.Errorf("got %v", err)
	}
}

// checkTruncated expects an error for an answer that ends early, though its status is that of a success.
func checkTruncated(t *testing.T, raw []byte) {
	t.Helper()
	if _, err := asking(t, raw); err == nil {
		t.Error("an answer that ends early counts as one")
	}
}

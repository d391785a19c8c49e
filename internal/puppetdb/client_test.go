// SPDX-License-Identifier: MPL-2.0

package puppetdb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
)

// asked is what a server was asked.
type asked struct {
	Query   any
	Limit   int
	Offset  int
	OrderBy []struct{ Field string } `json:"order_by"`
}

// clientOf returns a client of a handler.
func clientOf(t *testing.T, handle http.HandlerFunc) *puppetdb.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	client, err := puppetdb.New(transport, server.URL+"/")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// fleet is a PuppetDB with a number of nodes, and what it was asked.
type fleet struct {
	nodes int
	mu    sync.Mutex
	asked []asked
}

func (f *fleet) handle(w http.ResponseWriter, r *http.Request) {
	var a asked
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil || r.Method != http.MethodPost || r.URL.Path != "/pdb/query/v4" {
		http.Error(w, "not a query", http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	f.asked = append(f.asked, a)
	f.mu.Unlock()
	end := f.nodes
	if a.Limit > 0 {
		end = min(f.nodes, a.Offset+a.Limit)
	}
	rows := []string{}
	for i := a.Offset; i < end; i++ {
		rows = append(rows, fmt.Sprintf(`{"facts":{},"zone":"a","certname":"node%05d"}`, i))
	}
	_, _ = fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
}

// TestRows_OneRequest asks for few rows and for many: all of them come with one answer, so that none is there twice or missing.
func TestRows_OneRequest(t *testing.T) {
	t.Parallel()
	const pql = "inventory[certname, facts.os.family] { }"
	for name, test := range map[string]struct {
		nodes, limit int
		query        string
		rows         int
	}{
		"nothing":              {0, 0, pql, 0},
		"many":                 {12000, 0, pql, 12000},
		"a limit":              {12000, 6000, pql, 6000},
		"an order of its own":  {12000, 0, "inventory { order by certname }", 12000},
		"a limit of its own":   {12000, 3, "inventory { limit 9 }", 3},
		"exactly as many rows": {7, 7, pql, 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &fleet{nodes: test.nodes}
			rows, err := clientOf(t, f.handle).Rows(t.Context(), puppetdb.Query{Text: test.query, Limit: test.limit})
			if err != nil || len(rows) != test.rows {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			if len(f.asked) != 1 || f.asked[0].Query != test.query || f.asked[0].Limit != test.limit || f.asked[0].Offset != 0 || f.asked[0].OrderBy != nil {
				t.Errorf("it asks %+v", f.asked)
			}
		})
	}
}

func TestRows_WhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"an object": `{"items":[]}`, "null": "null", "nothing": "", "cut": `[{"certname":"a"},{"certn`, "two": "[] []", "a page": "<html></html>",
	} {
		client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		var unusable *httpapi.DecodeError
		if rows, err := client.Rows(t.Context(), puppetdb.Query{Text: "nodes { }"}); !errors.As(err, &unusable) || rows != nil {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

func TestRows_Timeout(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	client := clientOf(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(over) })
	if _, err := client.Rows(t.Context(), puppetdb.Query{Text: "nodes { }", Timeout: time.Millisecond}); !errors.Is(err, puppetdb.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func TestRows_TooMuch(t *testing.T) {
	t.Parallel()
	row := `{"certname":"a","value":"` + strings.Repeat("x", 1<<20) + `"}`
	client := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("[" + strings.Repeat(row+",", puppetdb.MostBytes>>20) + row + "]"))
	})
	if _, err := client.Rows(t.Context(), puppetdb.Query{Text: "nodes { }"}); !errors.Is(err, puppetdb.ErrTooMuch) {
		t.Errorf("got %v", err)
	}
}

func TestQuery_Ordered(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"nodes { }": false, "nodes { order by certname }": true, "nodes { limit 1 }": true, "nodes { offset 1 }": true,
		"nodes { certname = \"border\" }": false, "": false,
	} {
		if got := (puppetdb.Query{Text: text}).Ordered(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for text, want := range map[string]bool{`["from","nodes"]`: false, `["from","nodes",["order_by",["certname"]]]`: true, `["from","nodes",["limit",1]]`: true} {
		if got := (puppetdb.Query{AST: json.RawMessage(text)}).Ordered(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestRows_WhatIsRefused has a PuppetDB that says in plain text why it refuses a query, with the line that is wrong. It is not asked again.
func TestRows_WhatIsRefused(t *testing.T) {
	t.Parallel()
	const refusal = "PQL parse error at line 1, column 9:\n\nnodes { = \"x\" }\n        ^\n\nExpected one of:\n\n!\n("
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		http.Error(w, refusal, http.StatusBadRequest)
	}))
	t.Cleanup(server.Close)
	transport, err := httpapi.New(httpapi.Config{RetryMinWait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	client, err := puppetdb.New(transport, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Rows(t.Context(), puppetdb.Query{Text: `nodes { = "x" }`})
	var answer *httpapi.Error
	if !errors.As(err, &answer) || answer.Message != refusal || asked.Load() != 1 {
		t.Errorf("after %d requests: %v", asked.Load(), err)
	}
}

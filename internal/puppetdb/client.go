// SPDX-License-Identifier: MPL-2.0

// Package puppetdb is a typed client of the PuppetDB query API (port 8081, /pdb/query/v4) of Puppet Enterprise. It knows nothing about
// Terraform. Every method returns the errors of [httpapi.Service.Do], wrapped with what was being done.
package puppetdb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// ServiceName is the name of PuppetDB in errors.
const ServiceName = "PuppetDB"

// Client calls the PuppetDB of one PE. It is safe for concurrent use.
type Client struct{ service *httpapi.Service }

// New returns a client of the PuppetDB at baseURL, which has no path. It makes no request.
func New(transport *httpapi.Transport, baseURL string) (*Client, error) {
	service, err := transport.Service(ServiceName, strings.TrimRight(baseURL, "/")+"/pdb/query/v4")
	if err != nil {
		return nil, err
	}
	// Its errors are text/plain, without a kind (PuppetDB 8, and its source).
	return &Client{service: service.WithErrorsAsText()}, nil
}

// MostBytes is how long all rows of a query together may be, as JSON.
const MostBytes = 64 << 20

// ErrTooMuch says that the rows of a query are longer than [MostBytes].
var ErrTooMuch = errors.New("the rows are too long in all")

// ErrTimeout says that a query took longer than its Timeout.
var ErrTimeout = errors.New("the query took too long")

// Query is a query for rows.
type Query struct {
	// Text is the query as PQL. AST, a JSON array, is used in place of it when it is there.
	Text string
	AST  json.RawMessage
	// Limit is how many rows there may be, 0 for all.
	Limit int
	// Timeout limits all attempts together. 0 is no limit but that of the transport for each request.
	Timeout time.Duration
}

// Rows runs a query (POST /pdb/query/v4). PuppetDB sends rows in no particular order and streams them: an answer that ends early is an
// error, never a shorter list. All rows come with one answer, which is one moment of the database. Pages would not be: rows that are added
// or removed between two of them move the others, PuppetDB orders by few of the columns that a query can have, and rows that are equal in
// those come in any order.
func (c *Client) Rows(ctx context.Context, q Query) ([]json.RawMessage, error) {
	if q.Timeout == 0 {
		return c.rows(ctx, q)
	}
	limited, cancel := context.WithTimeoutCause(ctx, q.Timeout, ErrTimeout)
	defer cancel()
	rows, err := c.rows(limited, q)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return nil, fmt.Errorf("asking PuppetDB: %w", ErrTimeout)
	}
	return rows, err
}

func (c *Client) rows(ctx context.Context, q Query) ([]json.RawMessage, error) {
	answer, _, err := c.send(ctx, q, body{Query: q.source(), Limit: q.Limit})
	if err != nil {
		return nil, err
	}
	if answer.size > MostBytes {
		return nil, ErrTooMuch
	}
	return answer.all, nil
}

// source is the query as it is sent.
func (q Query) source() any {
	if q.AST != nil {
		return q.AST
	}
	return q.Text
}

// Ordered reports whether a query may say itself in which order its rows come, or which part of them: in doubt it does.
func (q Query) Ordered() bool {
	if q.AST != nil {
		return slices.ContainsFunc([]string{`"order_by"`, `"limit"`, `"offset"`}, func(word string) bool {
			return bytes.Contains(q.AST, []byte(word))
		})
	}
	words := strings.FieldsFunc(q.Text, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz", r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains([]string{"order", "limit", "offset"}, word) })
}

// body is the body of POST /pdb/query/v4.
type body struct {
	Query   any        `json:"query"`
	Limit   int        `json:"limit,omitempty"`
	OrderBy []ordering `json:"order_by,omitempty"`
	// IncludeTotal asks for the header X-Records.
	IncludeTotal bool `json:"include_total,omitempty"`
}

// ordering is one term of an order.
type ordering struct {
	Field string `json:"field"`
}

// send sends a query, and returns the header of its answer as well.
func (c *Client) send(ctx context.Context, q Query, b body) (answer rows, header http.Header, err error) {
	response, err := c.service.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Body: b, Safety: httpapi.Idempotent, Timeout: attemptTimeout(q), Into: &answer,
	})
	if err != nil {
		return rows{}, nil, fmt.Errorf("asking PuppetDB: %w", err)
	}
	return answer, response.Header, nil
}

// attemptTimeout limits a request of a query. Where the query has a limit of its own, that ends first, and says what has taken too long.
func attemptTimeout(q Query) time.Duration {
	if q.Timeout == 0 {
		return 0
	}
	return q.Timeout + time.Second
}

// rows is an answer that is an array of rows, which are taken as they come.
type rows struct {
	all []json.RawMessage
	// size is how long they are together, in bytes. Above [MostBytes] the rest of the answer has not been read.
	size int
}

// DecodeStream implements [httpapi.StreamDecoder].
func (r *rows) DecodeStream(from io.Reader) error {
	*r = rows{all: []json.RawMessage{}}
	return jsonlist.Read(from, func(row json.RawMessage) error {
		r.all = append(r.all, row)
		if r.size += len(row); r.size > MostBytes {
			return jsonlist.ErrStop
		}
		return nil
	})
}

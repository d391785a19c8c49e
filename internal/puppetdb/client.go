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

// pageRows is how many rows are asked for at once.
const pageRows = 5000

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
	// Timeout limits all requests together. 0 is no limit but that of the transport for each request.
	Timeout time.Duration
}

// Rows runs a query (POST /pdb/query/v4). PuppetDB sends rows in no particular order and streams them: an answer that ends early is an
// error, never a shorter list. More rows than fit into one page are read page by page, in the order of those columns of the first row
// that have plain values. A query that orders or cuts its rows itself is read at once, because another order would be another result.
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
	first := body{Query: q.source(), Limit: q.page(0)}
	if q.Ordered() {
		first.Limit = q.Limit
	}
	answer, err := c.page(ctx, q, first)
	switch found := answer.all; {
	case err != nil:
		return nil, err
	case answer.size > MostBytes:
		return nil, ErrTooMuch
	case q.Ordered(), len(found) < pageRows, len(found) == q.Limit:
		return found, nil
	}
	order, err := orderOf(answer.all[0])
	if err != nil {
		return nil, err
	}
	return c.pages(ctx, q, order)
}

// pages reads all rows page by page.
func (c *Client) pages(ctx context.Context, q Query, order []ordering) (all []json.RawMessage, err error) {
	for size := 0; ; {
		limit := q.page(len(all))
		page, err := c.page(ctx, q, body{Query: q.source(), Limit: limit, Offset: len(all), OrderBy: order})
		if err != nil {
			return nil, err
		}
		if size += page.size; size > MostBytes {
			return nil, ErrTooMuch
		}
		all = append(all, page.all...)
		if len(page.all) < limit || len(all) == q.Limit {
			return all, nil
		}
	}
}

// source is the query as it is sent.
func (q Query) source() any {
	if q.AST != nil {
		return q.AST
	}
	return q.Text
}

// page is the size of the page after some rows.
func (q Query) page(read int) int {
	if q.Limit == 0 {
		return pageRows
	}
	return min(q.Limit-read, pageRows)
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
	Offset  int        `json:"offset,omitempty"`
	OrderBy []ordering `json:"order_by,omitempty"`
	// IncludeTotal asks for the header X-Records.
	IncludeTotal bool `json:"include_total,omitempty"`
}

// ordering is one term of an order.
type ordering struct {
	Field string `json:"field"`
}

// orderOf is the order by the columns of a row that have plain values, those that tell rows apart first.
func orderOf(row json.RawMessage) ([]ordering, error) {
	var columns map[string]any
	if err := json.Unmarshal(row, &columns); err != nil {
		return nil, fmt.Errorf("reading the columns of a row: %w", err)
	}
	var order []ordering
	for name, value := range columns {
		switch value.(type) {
		case map[string]any, []any:
		default:
			order = append(order, ordering{name})
		}
	}
	if len(order) == 0 {
		return nil, errors.New("no column has plain values, by which the rows could be read in an order: name columns in the query")
	}
	slices.SortFunc(order, func(a, b ordering) int { return strings.Compare(a.rank(), b.rank()) })
	return order, nil
}

// rank is where a column stands in an order: first what tells rows apart, then the rest by name.
func (o ordering) rank() string {
	if o.Field == "certname" {
		return ""
	}
	return o.Field
}

// page sends a query once.
func (c *Client) page(ctx context.Context, q Query, b body) (rows, error) {
	answer, _, err := c.send(ctx, q, b)
	return answer, err
}

// send sends a query once, and returns the header of its answer as well.
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

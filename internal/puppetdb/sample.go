// SPDX-License-Identifier: MPL-2.0

package puppetdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrNoTotal says that an answer does not tell how many rows there are in all.
var ErrNoTotal = errors.New("the answer does not say how many rows there are in all")

// RowPerNode reports whether a query is known to have one row for each node that it finds, with the certname in it, so that its rows need
// only be counted: its entity has one for each, and the query neither orders nor cuts its rows itself. In doubt it is not.
func (q Query) RowPerNode() bool {
	return !q.Ordered() && slices.Contains([]string{"nodes", "inventory"}, q.entity())
}

// entity is what a query asks for first, "" where that cannot be told.
func (q Query) entity() string {
	if q.AST != nil {
		var root []json.RawMessage
		var name string
		if json.Unmarshal(q.AST, &root) != nil || len(root) < 2 || json.Unmarshal(root[1], &name) != nil {
			return ""
		}
		return name
	}
	text := strings.TrimSpace(q.Text)
	end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz_", r) })
	return text[:max(end, 0)]
}

// Sample reads the first certnames that a query finds, in order, and how many rows it has in all, with one request (include_total). It is
// for a query with a row for each node. The error is [ErrNoTotal] where the server does not say how many there are.
func (c *Client) Sample(ctx context.Context, q Query, first int) (names []string, total int, err error) {
	answer, header, err := c.send(ctx, q, body{
		Query: q.source(), Limit: first, OrderBy: []ordering{{"certname"}}, IncludeTotal: true,
	})
	if err != nil {
		return nil, 0, err
	}
	total, err = strconv.Atoi(header.Get("X-Records"))
	if err != nil || total < len(answer.all) {
		return nil, 0, fmt.Errorf("asking PuppetDB: %w", ErrNoTotal)
	}
	names, err = certnames(answer.all)
	return names, total, err
}

// Certnames are the certnames that a query finds, each once and in order. See [Client.Rows].
func (c *Client) Certnames(ctx context.Context, q Query) ([]string, error) {
	rows, err := c.Rows(ctx, q)
	if err != nil {
		return nil, err
	}
	return certnames(rows)
}

// errNoCertname says that the rows of a query have no certname.
var errNoCertname = errors.New("a row of the query has no certname")

// certnames are the certnames of rows, each once and in order.
func certnames(rows []json.RawMessage) ([]string, error) {
	names := make([]string, len(rows))
	for i, raw := range rows {
		var row struct {
			Certname string `json:"certname"`
		}
		if err := json.Unmarshal(raw, &row); err != nil {
			return nil, fmt.Errorf("reading a row of PuppetDB: %w", err)
		}
		if row.Certname == "" {
			return nil, errNoCertname
		}
		names[i] = row.Certname
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

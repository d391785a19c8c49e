// SPDX-License-Identifier: MPL-2.0

// Package scopecount counts the nodes that a scope matches now: those that it names, those of node groups and those of a query of PuppetDB.
// It knows nothing about Terraform.
package scopecount

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/classifier"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/once"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppetdb"
)

const (
	// Patience is how long a scope may take to be counted. A person waits for the plan.
	Patience = 5 * time.Second
	// First is how many of the nodes are told by name.
	First = 10
	// maxAge is how long a count answers for the same scope. Applies may wait for hours between two jobs.
	maxAge = time.Minute
	// lateGlances is how many scopes in a row may not be counted within a glance, of services that have answered before.
	lateGlances = 2
	// lateMost is how many times in a row it may take too long before a service counts as silent.
	lateMost = 2
)

// ErrTimeout says that a scope could not be counted in time: see [Patience].
var ErrTimeout = errors.New("the nodes could not be counted in time")

// Scope says which nodes are meant: all that any part of it has.
type Scope struct {
	// Nodes are certnames.
	Nodes []string
	// Query is a query of PuppetDB as JSON, a text in PQL or an AST; nil for none.
	Query json.RawMessage
	// Groups are the ids of node groups.
	Groups []string
}

// Named reports whether a scope only names nodes, so that nobody has to be asked.
func (s Scope) Named() bool { return s.Query == nil && len(s.Groups) == 0 }

// key tells scopes apart.
func (s Scope) key() string {
	encoded, err := json.Marshal(s)
	if err != nil {
		return fmt.Sprint(s) // a query that is no JSON is refused when it is used
	}
	return string(encoded)
}

// Count is what a scope matches.
type Count struct {
	// Nodes is how many nodes there are, each counted once.
	Nodes int
	// First are the first certnames in order of the alphabet, at most [First].
	First []string
}

// of is the count of all names, which are in order and there once each.
func of(names []string) Count {
	return Count{Nodes: len(names), First: slices.Clone(names[:min(First, len(names))])}
}

// Counter counts scopes. What several callers ask for within a minute is asked for once. It is safe for concurrent use.
type Counter struct {
	database *puppetdb.Client
	groups   *classifier.Client
	now      func() time.Time
	patience time.Duration
	answers  once.Map[Count]

	mu sync.Mutex
	// asked is when a scope was asked for.
	asked map[string]time.Time
	// silent is the error of a service that does not answer, since when.
	silent error
	since  time.Time
	// late is how many times in a row a scope has taken too long.
	late int
	// told tells that a person has been told why scopes cannot be counted.
	told bool
	// glances is how many scopes in a row have not been counted within a glance.
	glances int
	// answered is whether a glance has ever seen an answer.
	answered bool
}

// New returns a counter that asks two services. now is the clock of this machine.
func New(database *puppetdb.Client, groups *classifier.Client, now func() time.Time) *Counter {
	return &Counter{database: database, groups: groups, now: now, patience: Patience, asked: map[string]time.Time{}}
}

// WithPatience replaces [Patience]. It returns the counter, which must not be in use yet.
func (c *Counter) WithPatience(patience time.Duration) *Counter {
	c.patience = patience
	return c
}

// FirstTrouble reports whether it is called for the first time, for something that is told once.
func (c *Counter) FirstTrouble() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	first := !c.told
	c.told = true
	return first
}

// Count returns how many nodes a scope matches. The error is [ErrTimeout], or one of the clients, wrapped. After one that shows that a
// service does not answer, nothing is asked for a minute, so that many scopes do not take many times as long.
func (c *Counter) Count(ctx context.Context, s Scope) (Count, error) {
	if s.Named() {
		return of(distinct(s.Nodes)), nil
	}
	key, err := c.begin(s.key())
	if err != nil {
		return Count{}, err
	}
	return c.answers.Get(ctx, key, func(ctx context.Context) (Count, error) {
		found, err := limited(ctx, c.patience, func(ctx context.Context) (Count, error) { return c.count(ctx, s) })
		c.listen(err)
		return found, err
	})
}

// Glance is [Counter.Count] for whoever can do without: it waits for [courtesy.Budget], while the question goes on for others. The error
// may also be [courtesy.ErrLate]. After a second one in a row, or a first one before any answer,
// nothing is glanced at any more.
func (c *Counter) Glance(ctx context.Context, s Scope) (Count, error) {
	if c.blind() && !s.Named() {
		return Count{}, courtesy.ErrLate
	}
	short, cancel := courtesy.Brief(ctx)
	defer cancel()
	found, err := c.Count(short, s)
	late := err != nil && ctx.Err() == nil && courtesy.Late(short)
	c.glanced(late)
	if late {
		return found, courtesy.ErrLate
	}
	return found, err
}

// blind reports whether glances have become useless.
func (c *Counter) blind() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.glances >= lateGlances || c.glances > 0 && !c.answered
}

// glanced notes how a glance has ended.
func (c *Counter) glanced(late bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if late {
		c.glances++
		return
	}
	c.glances, c.answered = 0, true
}

// Names returns the certnames that a scope matches, each once and in order. It asks each time. See [Counter.Count].
func (c *Counter) Names(ctx context.Context, s Scope) ([]string, error) {
	return limited(ctx, c.patience, func(ctx context.Context) ([]string, error) { return c.names(ctx, s) })
}

// begin returns the key under which a scope is asked for, or the error of a service that does not answer.
func (c *Counter) begin(key string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.silent != nil && now.Sub(c.since) < maxAge {
		return "", c.silent
	}
	c.silent = nil
	if asked, ok := c.asked[key]; !ok || now.Sub(asked) >= maxAge {
		c.asked[key] = now
	}
	return c.asked[key].UTC().Format(time.RFC3339Nano) + " " + key, nil
}

// listen notes an error that shows that a service does not answer: nobody is there, or it has taken too long twice in a row. Once, the
// query may have been to blame.
func (c *Counter) listen(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var absent *httpapi.ConnectionError
	switch {
	case errors.Is(err, ErrTimeout):
		c.late++
	case errors.As(err, &absent):
		c.late = lateMost
	default:
		c.late = 0
	}
	if c.late >= lateMost {
		c.silent, c.since = err, c.now()
	}
}

// limited asks within a time. Where nobody was there until the time was up, that is the error: it says more than the time.
func limited[T any](ctx context.Context, patience time.Duration, ask func(context.Context) (T, error)) (T, error) {
	short, cancel := context.WithTimeoutCause(ctx, patience, ErrTimeout)
	defer cancel()
	found, err := ask(short)
	if err != nil && ctx.Err() == nil && short.Err() != nil {
		var ended *httpapi.EndedError
		var absent *httpapi.ConnectionError
		if errors.As(err, &ended) && errors.As(ended.Trouble, &absent) {
			return found, absent
		}
		return found, ErrTimeout
	}
	return found, err
}

// count counts the nodes of a scope that has to be asked for. Where it has one part, as those of jobs have, a query need not be read as a
// whole.
func (c *Counter) count(ctx context.Context, s Scope) (Count, error) {
	if len(s.Nodes) == 0 && len(s.Groups) <= 1 && (s.Query == nil || len(s.Groups) == 0) {
		query, names, err := c.source(ctx, s)
		switch {
		case err != nil:
			return Count{}, err
		case query == nil:
			return of(names), nil
		case query.RowPerNode():
			first, total, err := c.database.Sample(ctx, *query, First)
			if err == nil {
				return Count{Nodes: total, First: first}, nil
			}
			if !errors.Is(err, puppetdb.ErrNoTotal) {
				return Count{}, err
			}
		}
	}
	names, err := c.names(ctx, s)
	return of(names), err
}

// source is the query that finds the nodes of a scope of one part, nil where they are known without one.
func (c *Counter) source(ctx context.Context, s Scope) (*puppetdb.Query, []string, error) {
	if s.Query != nil {
		query, err := queryOf(s.Query)
		return query, nil, err
	}
	return c.members(ctx, s.Groups[0])
}

// members are the nodes of a group, or the query that finds them, on a server whose classifier does not tell them (PE 2019).
func (c *Counter) members(ctx context.Context, group string) (*puppetdb.Query, []string, error) {
	names, err := c.groups.Nodes(ctx, group)
	if err == nil {
		return nil, distinct(names), nil
	}
	if !httpapi.NotFound(err) {
		return nil, nil, err
	}
	ast, err := c.groups.MembersQuery(ctx, group)
	if err != nil || ast == nil {
		return nil, nil, err
	}
	return &puppetdb.Query{AST: ast}, nil, nil
}

// names are the certnames of a scope, each once and in order.
func (c *Counter) names(ctx context.Context, s Scope) ([]string, error) {
	all := slices.Clone(s.Nodes)
	var queries []*puppetdb.Query
	if s.Query != nil {
		query, err := queryOf(s.Query)
		if err != nil {
			return nil, err
		}
		queries = append(queries, query)
	}
	for _, group := range s.Groups {
		query, names, err := c.members(ctx, group)
		if err != nil {
			return nil, err
		}
		all = append(all, names...)
		if query != nil {
			queries = append(queries, query)
		}
	}
	for _, query := range queries {
		names, err := c.database.Certnames(ctx, *query)
		if err != nil {
			return nil, err
		}
		all = append(all, names...)
	}
	return distinct(all), nil
}

// queryOf reads the query of a scope. A text that is a JSON array is an AST.
func queryOf(raw json.RawMessage) (*puppetdb.Query, error) {
	if !strings.HasPrefix(string(raw), `"`) {
		return &puppetdb.Query{AST: raw}, nil
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return nil, fmt.Errorf("reading a query: %w", err)
	}
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		if !json.Valid([]byte(text)) {
			return nil, errors.New("the query is no valid JSON")
		}
		return &puppetdb.Query{AST: json.RawMessage(text)}, nil
	}
	return &puppetdb.Query{Text: text}, nil
}

// distinct are names in order, each once.
func distinct(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

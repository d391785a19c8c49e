// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// pageLimit is how many items a list asks for at a time. PE documents no maximum.
const pageLimit = 200

// page is one answer of a list.
type page[T any] struct {
	Items      []T         `json:"items"`
	Pagination *pagination `json:"pagination"`

	// raw are items that have not been decoded, in place of the others, and unusable is the error for one that cannot be.
	raw      []json.RawMessage
	unusable func(error) error
}

// length is how many items there are.
func (p *page[T]) length() int { return len(p.Items) + len(p.raw) }

// each yields the items. Those that have not been decoded are, one at a time.
func (p *page[T]) each() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range p.Items {
			if !yield(item, nil) {
				return
			}
		}
		for i, raw := range p.raw {
			var item T
			if err := json.Unmarshal(raw, &item); err != nil {
				yield(item, p.unusable(err))
				return
			}
			p.raw[i] = nil
			if !yield(item, nil) {
				return
			}
		}
	}
}

// Check refuses an answer that is not a list: an answer without items is not an empty list.
func (p *page[T]) Check() error { return checkItems(p.Items) }

// errNoItems is the error for an answer that lists nothing, not even an empty list.
var errNoItems = errors.New("it is not a list, because it has no items")

func checkItems[T any](items []T) error {
	if items == nil {
		return errNoItems
	}
	return nil
}

// pagination is what a list reports about itself. Old servers send none, and a total of null for an empty collection (before PE 2021.7.0).
type pagination struct {
	Limit  *int `json:"limit"`
	Offset *int `json:"offset"`
	Total  *int `json:"total"`
}

// Range is the part of a list to read. The zero value is all of it.
type Range struct {
	// Offset is how many items to skip at the beginning, Limit how many to read at most. A Limit of 0 means all.
	Offset, Limit int
	// Total, if it is set, is called with the number of items in the whole list, for each page that has it. Servers before PE 2021.7.0 do not
	// send it for an empty list.
	Total func(int)
}

// list describes one paged list.
type list[T any] struct {
	// what is in the list, for errors.
	what string
	// fetch reads the page that starts at offset.
	fetch func(ctx context.Context, limit, offset int) (page[T], error)
	// key identifies an item. Items that were seen before are skipped: the collection may change between two pages.
	key func(T) string
	// expected is the number of items, if it is known from elsewhere, or 0.
	expected int
	// part is the part of the list to read.
	part Range
}

// all yields the items, page by page, and stops at the first error, or with [ErrEndless] at the bound of all lists. It keeps no page once
// its items have been taken.
func (l list[T]) all(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen, read := map[string]bool{}, bound{}
		fail := func(err error) {
			var none T
			yield(none, fmt.Errorf("listing %s: %w", l.what, err))
		}
		for offset := l.part.Offset; ; {
			asked := l.ask(len(seen))
			if err := read.request(); err != nil {
				fail(err)
				return
			}
			got, err := l.fetch(ctx, asked, offset)
			if err != nil {
				fail(err)
				return
			}
			if l.part.Total != nil && got.Pagination != nil && got.Pagination.Total != nil {
				l.part.Total(*got.Pagination.Total)
			}
			fresh := 0
			for item, err := range got.each() {
				if err != nil {
					fail(err)
					return
				}
				if seen[l.key(item)] {
					continue
				}
				if err := read.item(); err != nil {
					fail(err)
					return
				}
				seen[l.key(item)] = true
				fresh++
				if !yield(item, nil) || len(seen) == l.part.Limit {
					return
				}
			}
			offset += got.length()
			// A server that does not know offset sends the first page for ever: a page without anything new ends the list.
			if fresh == 0 || l.complete(got, asked, offset) {
				return
			}
		}
	}
}

// ask returns how many items to ask for after some have arrived.
func (l list[T]) ask(taken int) int {
	if l.part.Limit == 0 {
		return pageLimit
	}
	return min(pageLimit, l.part.Limit-taken)
}

// complete reports whether nothing can follow a page that ends at offset and for which asked items were requested.
func (l list[T]) complete(got page[T], asked, offset int) bool {
	if got.Pagination != nil && got.Pagination.Total != nil {
		return offset >= *got.Pagination.Total
	}
	if l.expected > 0 {
		return offset >= l.expected
	}
	// Without a total, a short page is the last one.
	return got.length() < asked
}

// Collect reads a list into a slice, up to limit items (0 means all).
func Collect[T any](items iter.Seq2[T, error], limit int) ([]T, error) {
	var all []T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
		if limit > 0 && len(all) >= limit {
			break
		}
	}
	return all, nil
}

// byID reads a list into a map.
func byID[T any](items iter.Seq2[T, error], id func(T) string) (map[string]T, error) {
	all := map[string]T{}
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all[id(item)] = item
	}
	return all, nil
}

func pageQuery(base url.Values, limit, offset int) url.Values {
	query := url.Values{}
	for key, values := range base {
		query[key] = values
	}
	query.Set("limit", strconv.Itoa(limit))
	query.Set("offset", strconv.Itoa(offset))
	return query
}

// setIf puts the values that are not empty into a query.
func setIf(query url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}

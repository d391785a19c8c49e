// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strconv"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// pageLimit is how many items a list asks for at a time. PE documents no maximum.
const pageLimit = 200

// largePage is how many items are asked for at a time where it is known how many there are, or where the server says so with each page, as
// with schedules, so that a server that sends fewer is noticed.
// Of 20,000 nodes with 2 kB each and 100 ms a request, pages of 200, 1,000, 2,000 and 5,000 take 11, 3.2, 2.3 and 2.3 s, and hold 8, 11, 17
// and 53 MB (BenchmarkPageSize).
const largePage = 1000

// sizeFor is the size of the pages of a list of which it is known how many items it has, 0 for not known.
func sizeFor(expected int) int {
	if expected > pageLimit {
		return largePage
	}
	return pageLimit
}

// page is one answer of a list. Its items are decoded when their turn comes.
type page struct {
	items      jsonlist.List
	pagination *pagination
	next       eventCursor
}

// DecodeBody implements [httpapi.BodyDecoder].
func (p *page) DecodeBody(body []byte) error {
	members := map[string]any{"items": &p.items, "pagination": &p.pagination, "next-events": &p.next}
	if err := jsonlist.FindIn(body, members); err != nil {
		return err
	}
	return p.items.Check()
}

// whole is the answer of a list without pages, whose items are all needed.
type whole[T any] struct{ items []T }

// DecodeStream implements [httpapi.StreamDecoder].
func (w *whole[T]) DecodeStream(r io.Reader) (err error) {
	w.items, err = jsonlist.AllIn[T](r, nil, "items")
	return err
}

// pages reads the pages of one path of the API.
type pages struct {
	// fetch reads the page that starts at offset.
	fetch func(ctx context.Context, limit, offset int) (page, error)
	// unusable is the error for an item that cannot be decoded.
	unusable func(error) error
}

func (c *Client) pages(query url.Values, path ...string) pages {
	return pages{
		fetch: func(ctx context.Context, limit, offset int) (p page, err error) {
			err = c.get(ctx, &p, pageQuery(query, limit, offset), path...)
			return p, err
		},
		unusable: func(err error) error { return c.api.Unusable(err, path...) },
	}
}

// pagination is what a list reports about itself. Old servers send none, and a total of null for an empty collection (before PE 2021.7.0).
type pagination struct {
	Limit  *int `json:"limit"`
	Offset *int `json:"offset"`
	Total  *int `json:"total"`
}

// total is the number of items of the whole list, nil when the server does not report it.
func (p *page) total() *int {
	if p.pagination == nil {
		return nil
	}
	return p.pagination.Total
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
	pages
	// key identifies an item. Items that were seen before are skipped: the collection may change between two pages.
	key func(T) string
	// expected is the number of items, if it is known from elsewhere, or 0.
	expected int
	// size is how many items are asked for at a time, 0 for [pageLimit].
	size int
	// part is the part of the list to read.
	part Range
	// read, if it is set, is called with each page.
	read func(page)
}

// all yields the items, page by page, and stops at the first error, or with [ErrEndless] at the bound of all lists. It keeps no page once
// its items have been taken.
func (l list[T]) all(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen, count, size := map[string]bool{}, bound{}, cmp.Or(l.size, pageLimit)
		fail := func(err error) {
			var none T
			yield(none, fmt.Errorf("listing %s: %w", l.what, err))
		}
		for offset := l.part.Offset; ; {
			got, asked, err := l.next(ctx, &count, &size, len(seen), offset)
			if err != nil {
				fail(err)
				return
			}
			if l.part.Total != nil && got.total() != nil {
				l.part.Total(*got.total())
			}
			if l.read != nil {
				l.read(got)
			}
			fresh := 0
			for item, err := range jsonlist.Items[T](got.items) {
				if err != nil {
					fail(l.unusable(err))
					return
				}
				if seen[l.key(item)] {
					continue
				}
				if err := count.item(); err != nil {
					fail(err)
					return
				}
				seen[l.key(item)] = true
				fresh++
				if !yield(item, nil) || len(seen) == l.part.Limit {
					return
				}
			}
			offset += len(got.items)
			// A server that does not know offset sends the first page for ever: a page without anything new ends the list.
			if fresh == 0 || l.complete(got, asked, offset) {
				return
			}
		}
	}
}

// next reads the page at an offset. If it is too large for one answer, the pages are smaller from then on.
func (l list[T]) next(ctx context.Context, count *bound, size *int, taken, offset int) (got page, asked int, err error) {
	for {
		if err := count.request(); err != nil {
			return page{}, 0, err
		}
		asked = l.ask(taken, *size)
		got, err = l.fetch(ctx, asked, offset)
		if asked == 1 || !httpapi.TooLarge(err) {
			return got, asked, err
		}
		*size = smaller(asked, l.expected-offset)
	}
}

// smaller is the size of a page in place of one that was too large. left is how many items there may have been at most, if it is positive.
func smaller(size, left int) int {
	const times = 4
	if left > 0 {
		size = min(size, left)
	}
	return max(size/times, 1)
}

// ask returns how many items to ask for after some have arrived.
func (l list[T]) ask(taken, size int) int {
	if l.part.Limit == 0 {
		return size
	}
	return min(size, l.part.Limit-taken)
}

// complete reports whether nothing can follow a page that ends at offset and for which asked items were requested.
func (l list[T]) complete(got page, asked, offset int) bool {
	if total := got.total(); total != nil {
		return offset >= *total
	}
	if l.expected > 0 {
		return offset >= l.expected
	}
	// Without a total, a short page is the last one. A server may send fewer than a large page has.
	return len(got.items) < min(asked, pageLimit)
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

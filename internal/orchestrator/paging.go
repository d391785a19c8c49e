// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
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
// Of 20,000 nodes with 2 kB each and 100 ms a request, pages of 200, 1,000, 2,000 and 5,000 take 3.2, 1.5, 1.5 and 1.6 s, and hold 12, 24,
// 46 and 53 MB (BenchmarkPageSize). One page after the other they took 11, 3.2, 2.4 and 1.6 s, and 8, 11, 17 and 53 MB.
const largePage = 1000

// sizeFor is the size of the pages of a list of which it is known how many items it has, 0 for not known.
func sizeFor(expected int) int {
	if expected > pageLimit {
		return largePage
	}
	return pageLimit
}

// page is one answer of a list, which is decoded while it is read.
type page[T any] struct {
	// each gets every item once it has come. Nil keeps them in items, until their turn comes.
	each  func(T) error
	items []T
	// count is how many items there were, and size how long the answer was.
	count      int
	size       size
	pagination *pagination
	next       eventCursor
}

// DecodeStream implements [httpapi.StreamDecoder]. When the connection breaks in the middle, each gets the items from the first one again.
func (p *page[T]) DecodeStream(r io.Reader) error {
	*p = page[T]{each: p.each}
	members := map[string]any{"pagination": &p.pagination, "next-events": &p.next}
	return jsonlist.ReadIn(io.TeeReader(r, &p.size), p.item, members, "items")
}

func (p *page[T]) item(item T) error {
	p.count++
	if p.each != nil {
		return p.each(item)
	}
	p.items = append(p.items, item)
	return nil
}

// size counts the bytes that are written to it.
type size int

// Write implements [io.Writer].
func (s *size) Write(text []byte) (int, error) {
	*s += size(len(text))
	return len(text), nil
}

// whole is the answer of a list without pages, whose items are all needed.
type whole[T any] struct{ items []T }

// DecodeStream implements [httpapi.StreamDecoder].
func (w *whole[T]) DecodeStream(r io.Reader) (err error) {
	w.items, err = jsonlist.AllIn[T](r, nil, "items")
	return err
}

// fetch reads the page that starts at offset. Its items are passed on to each while they come, or kept without one.
type fetch[T any] func(ctx context.Context, limit, offset int, each func(T) error) (page[T], error)

// pagesOf reads the pages of one path of the API.
func pagesOf[T any](c *Client, query url.Values, path ...string) fetch[T] {
	return func(ctx context.Context, limit, offset int, each func(T) error) (page[T], error) {
		p := page[T]{each: each}
		err := c.get(ctx, &p, pageQuery(query, limit, offset), path...)
		return p, err
	}
}

// pagination is what a list reports about itself. Old servers send none, and a total of null for an empty collection (before PE 2021.7.0).
type pagination struct {
	Limit  *int `json:"limit"`
	Offset *int `json:"offset"`
	Total  *int `json:"total"`
}

// total is the number of items of the whole list, nil when the server does not report it.
func (p *page[T]) total() *int {
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
	what  string
	fetch fetch[T]
	// key identifies an item. Items that were seen before are skipped: the collection may change between two pages.
	key func(T) string
	// strict lists are read again rather than miss an item, and fail with [ErrMoving] where that does not help.
	strict bool
	// expected is the number of items, if it is known from elsewhere, or 0.
	expected int
	// size is how many items are asked for at a time, 0 for [pageLimit].
	size int
	// part is the part of the list to read.
	part Range
	// read, if it is set, is called with each page.
	read func(page[T])
}

// mostPasses is how many times a list is read whose items move while it is read.
const mostPasses = 4

// ErrMoving says that a list had other items, or had them at other places, each time that it was read.
var ErrMoving = errors.New("the list kept changing while it was read, so that something may be missing")

// all yields the items, page by page, and stops at the first error, or with [ErrEndless] at the bound of all lists. Each is yielded once it
// has come, while the rest of its page is read, so whoever takes it must not make requests. Where it is known how many items there are, and
// the server has sent a full page of new items from an offset, the pages that follow are read a few at a time and kept until their turn.
//
// An item that leaves a page which has been read, or goes to the end of the list, moves what follows it into the place of what was read
// before. If fewer items came than there are, a strict list is read again, and what was missed is yielded then, out of order.
func (l list[T]) all(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		r := reading[T]{
			list: l, yield: yield, seen: map[string]int{}, size: cmp.Or(l.size, pageLimit), ahead: ahead[T]{fetch: l.fetch},
		}
		defer r.ahead.end()
		if err := r.passes(ctx); err != nil {
			var none T
			yield(none, fmt.Errorf("listing %s: %w", l.what, err))
		}
	}
}

// pass is one way from the beginning of a list to its end.
type pass struct {
	number int
	// offset is where the next page begins.
	offset int
	// pages is how many were read, and found how many items they had.
	pages, found int
	// order are the keys of what was found in a strict list, in order, as a digest, and before those of the pass before. twice tells that one
	// came twice.
	order, before [sha256.Size]byte
	twice         bool
	// unpaged tells that the server has sent the same page again: it does not know offset, and has sent what it sends.
	unpaged bool
	// total is how many items the server has said that there are, at most while the pages were read, 0 where it does not say so.
	total int
}

// missed reports whether items may have been missed: fewer were found than there are, and not just the same ones as before. One page is one
// moment of the list. A list that stands still misses nothing: its total counts what the server does not show.
func (p *pass) missed() bool {
	return p.pages > 1 && p.found < p.total && !p.unpaged && (p.twice || p.order != p.before)
}

// note notes the keys of items that were found.
func (p *pass) note(keys []string) {
	for _, key := range keys {
		p.order = sha256.Sum256(append(p.order[:], key...))
	}
}

// reading is a list that is being read.
type reading[T any] struct {
	list[T]
	yield func(T, error) bool
	pass  pass
	// seen are the keys of the items that have been yielded, with the number of the last pass that had them at their turn: 0 for those that
	// have come before it, with a page that was too large. fresh are those that are new with the current page.
	seen  map[string]int
	fresh []string
	count bound
	// enough tells that no more items are wanted, and endless is why there are too many.
	enough  bool
	endless error
	// size is how many items are asked for at a time.
	size  int
	ahead ahead[T]
}

// passes reads a list, and a strict one again as long as something may have been missed.
func (r *reading[T]) passes(ctx context.Context) error {
	for range mostPasses {
		r.pass = pass{number: r.pass.number + 1, offset: r.part.Offset, before: r.pass.order}
		if err := r.run(ctx); err != nil || !r.strict || r.enough || !r.pass.missed() {
			return err
		}
	}
	return ErrMoving
}

// run reads the pages of one pass.
func (r *reading[T]) run(ctx context.Context) error {
	for {
		if more, err := r.page(ctx); err != nil || !more {
			return err
		}
	}
}

// page yields the items of the next page. more is false when nothing follows, or nothing more is wanted.
func (r *reading[T]) page(ctx context.Context) (more bool, err error) {
	got, asked, err := r.next(ctx)
	if err != nil {
		return false, err
	}
	if r.part.Total != nil && got.total() != nil {
		r.part.Total(*got.total())
	}
	if r.read != nil {
		r.read(got)
	}
	r.pass.offset += got.count
	r.pass.pages++
	if got.count != asked {
		r.ahead.end()
	}
	r.readAhead(got)
	r.takeAll(got.items)
	if r.endless != nil || r.enough {
		return false, r.endless
	}
	r.pass.found += len(r.fresh)
	if r.strict {
		r.pass.note(r.fresh)
	}
	if total := got.total(); total != nil {
		r.pass.total = max(r.pass.total, *total-r.part.Offset)
	}
	// A server that does not know offset sends the first page for ever: a page without anything new ends the list.
	r.pass.unpaged = len(r.fresh) == 0 && got.count > 0
	if len(r.fresh) == 0 || r.complete(got, asked, r.pass.offset) {
		return false, nil
	}
	if r.pass.pages > 1 && len(r.fresh) == asked && got.count == asked {
		r.ahead.begin(ctx)
		r.readAhead(got)
	}
	return true, nil
}

// takeAll takes the items of a page that was kept.
func (r *reading[T]) takeAll(items []T) {
	for _, item := range items {
		if r.take(item) != nil {
			return
		}
	}
}

// take yields an item, unless it has been yielded before. The error is [jsonlist.ErrStop] when the rest of the page need not be read.
func (r *reading[T]) take(item T) error {
	key := r.key(item)
	last, yielded := r.seen[key]
	if r.enough {
		return nil
	}
	if last == r.pass.number {
		r.pass.twice = true
		return nil
	}
	r.seen[key] = r.pass.number
	r.fresh = append(r.fresh, key)
	if yielded {
		return nil
	}
	if r.endless = r.count.item(); r.endless != nil {
		return jsonlist.ErrStop
	}
	if !r.yield(item, nil) {
		r.enough = true
		return jsonlist.ErrStop
	}
	// What is left of a page that was asked for is read to its end, so that the next request has the connection.
	r.enough = r.count.items == r.part.Limit
	return nil
}

// next reads the page at the offset, unless it has been read ahead. If it is too large for one answer, the pages are smaller from then on,
// and none is read ahead.
func (r *reading[T]) next(ctx context.Context) (got page[T], asked int, err error) {
	for {
		asked, r.fresh = r.ask(r.pass.found, r.size), nil
		got, err, ok := r.ahead.take(asked, r.pass.offset)
		if !ok {
			if err := r.count.request(); err != nil {
				return page[T]{}, 0, err
			}
			got, err = r.fetch(ctx, asked, r.pass.offset, r.take)
		}
		if r.enough {
			return got, asked, nil
		}
		if asked == 1 || !httpapi.TooLarge(err) {
			return got, asked, err
		}
		r.ahead.end()
		r.tooEarly()
		r.size = smaller(asked, r.expected-r.pass.offset)
	}
}

// tooEarly notes what has come with a page that is read again in smaller ones.
func (r *reading[T]) tooEarly() {
	for _, key := range r.fresh {
		r.seen[key] = 0
	}
}

// readAhead asks for pages that follow a page, up to the last one that there is or that is wanted. It asks for none without knowing how
// many there are, nor after a page that is large.
func (r *reading[T]) readAhead(after page[T]) {
	if !r.ahead.on || r.enough || after.size > largestAhead {
		return
	}
	known := r.expected
	if total := after.total(); total != nil {
		known = *total
	}
	for len(r.ahead.queue) < pagesAhead {
		offset := r.pass.offset + r.ahead.pending()
		asked := r.ask(offset-r.part.Offset, r.size)
		if offset >= known || asked <= 0 || r.count.request() != nil {
			return
		}
		r.ahead.ask(asked, offset)
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
func (l list[T]) complete(got page[T], asked, offset int) bool {
	if total := got.total(); total != nil {
		return offset >= *total
	}
	if l.expected > 0 {
		return offset >= l.expected
	}
	// Without a total, a short page is the last one. A server may send fewer than a large page has.
	return got.count < min(asked, pageLimit)
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

// SPDX-License-Identifier: MPL-2.0

package collection_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/collection"
)

var (
	errGone    = errors.New("gone")
	errRefused = errors.New("refused")
	errPassing = errors.New("passing trouble")
)

// server is a collection of objects whose calls take 100 ms and are counted.
type server struct {
	mu      sync.Mutex
	objects map[string]string
	listErr error

	gets, lists, listsCancelled atomic.Int32
}

func newServer(n int) *server {
	s := &server{objects: map[string]string{}}
	for i := range n {
		s.objects[fmt.Sprint(i)] = fmt.Sprintf("object %d", i)
	}
	return s
}

func (s *server) reader() *collection.Reader[string] {
	return collection.New(collection.Source[string]{Get: s.get, List: s.list, Transient: func(err error) bool { return errors.Is(err, errPassing) }})
}

func (s *server) get(_ context.Context, id string) (string, error) {
	s.gets.Add(1)
	time.Sleep(100 * time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	if object, ok := s.objects[id]; ok {
		return object, nil
	}
	return "", errGone
}

func (s *server) list(ctx context.Context) (map[string]string, error) {
	s.lists.Add(1)
	s.mu.Lock()
	found := maps.Clone(s.objects)
	s.mu.Unlock()
	select {
	case <-time.After(100 * time.Millisecond):
		return found, s.listErr
	case <-ctx.Done():
		s.listsCancelled.Add(1)
		return nil, ctx.Err()
	}
}

// readAll reads n objects, ten at a time as Terraform does, and returns the errors.
func readAll(t *testing.T, r *collection.Reader[string], n int) (errs []error) {
	t.Helper()
	slots := make(chan struct{}, 10)
	var mu sync.Mutex
	var group sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			got, err := r.Read(t.Context(), fmt.Sprint(i))
			if want := fmt.Sprintf("object %d", i); err == nil && got != want {
				t.Errorf("read %q, want %q", got, want)
			}
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	group.Wait()
	return errs
}

func TestReader_ManyReadsShareOneList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(1000)
		if errs := readAll(t, s.reader(), 1000); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if s.lists.Load() != 1 || s.gets.Load() != 0 {
			t.Errorf("1,000 reads made %d lists and %d single reads, want one list", s.lists.Load(), s.gets.Load())
		}
	})
}

func TestReader_FewReadsAreSingle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(3)
		if errs := readAll(t, s.reader(), 3); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if s.lists.Load() != 0 || s.gets.Load() != 3 {
			t.Errorf("3 reads made %d lists and %d single reads, want single reads", s.lists.Load(), s.gets.Load())
		}
	})
}

func TestReader_SequentialReadsEndInAList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(100)
		r := s.reader()
		for i := range 100 {
			if _, err := r.Read(t.Context(), fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		if s.lists.Load() != 1 || s.gets.Load() > 8 {
			t.Errorf("100 reads in a row made %d lists and %d single reads", s.lists.Load(), s.gets.Load())
		}
	})
}

func TestReader_ChangedMakesLaterReadsFresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := s.reader()
		readAll(t, r, 10)
		s.mu.Lock()
		s.objects["5"] = "object 5, changed"
		s.mu.Unlock()
		r.Invalidate()
		got, err := r.Read(t.Context(), "5")
		if err != nil || got != "object 5, changed" {
			t.Errorf("after a write, read %q, %v", got, err)
		}
	})
}

func TestReader_ListFromBeforeAChangeAnswersNoLaterRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := s.reader()
		go readAll(t, r, 10)
		time.Sleep(50 * time.Millisecond) // the list is in progress
		r.Invalidate()
		if errs := readAll(t, r, 10); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if s.lists.Load() != 2 {
			t.Errorf("made %d lists, want a second one after the write", s.lists.Load())
		}
	})
}

func TestReader_ListExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := s.reader()
		readAll(t, r, 10)
		time.Sleep(time.Minute)
		readAll(t, r, 10)
		if s.lists.Load() != 2 {
			t.Errorf("made %d lists over a minute, want 2", s.lists.Load())
		}
	})
}

func TestReader_AsksForWhatTheListLacks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := s.reader()
		readAll(t, r, 10)
		if _, err := r.Read(t.Context(), "none"); !errors.Is(err, errGone) || s.gets.Load() != 1 {
			t.Errorf("got %v after %d single reads, want the server's word", err, s.gets.Load())
		}
	})
}

func TestReader_RefusedListIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(50)
		s.listErr = errRefused
		if errs := readAll(t, s.reader(), 50); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		if s.lists.Load() != 1 || s.gets.Load() != 50 {
			t.Errorf("made %d lists and %d single reads", s.lists.Load(), s.gets.Load())
		}
	})
}

func TestReader_TransientFailureOfTheListIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		s.listErr = errPassing
		errs := readAll(t, s.reader(), 10)
		if len(errs) != 10 || !errors.Is(errs[0], errPassing) || s.gets.Load() != 0 {
			t.Errorf("got %v and %d single reads", errs, s.gets.Load())
		}
	})
}

func TestReader_CancelledRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := s.reader()
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 5)
		for i := range 5 {
			go func() {
				_, err := r.Read(ctx, fmt.Sprint(i))
				errs <- err
			}()
		}
		time.Sleep(50 * time.Millisecond)
		cancel()
		for range 5 {
			if err := <-errs; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		synctest.Wait()
		if s.listsCancelled.Load() != 1 {
			t.Error("the list went on although nobody waited for it")
		}
		if errs := readAll(t, r, 10); len(errs) > 0 {
			t.Errorf("after the cancelled list, reads fail: %v", errs[0])
		}
	})
}

// TestReader_CancelledReadsLeaveNoListBehind reads again at once, while the cancelled list is still ending: its answer must not reach later
// reads.
func TestReader_CancelledReadsLeaveNoListBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		slow := func(ctx context.Context) (map[string]string, error) {
			found, err := s.list(ctx)
			time.Sleep(time.Second) // closing the connection takes time
			return found, err
		}
		r := collection.New(collection.Source[string]{Get: s.get, List: slow, Transient: func(error) bool { return true }})
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 5)
		for i := range 5 {
			go func() {
				_, err := r.Read(ctx, fmt.Sprint(i))
				errs <- err
			}()
		}
		time.Sleep(50 * time.Millisecond) // the list is in progress
		cancel()
		for range 5 {
			if err := <-errs; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		synctest.Wait()
		if s.lists.Load() != 1 || s.listsCancelled.Load() != 1 {
			t.Fatalf("made %d lists and cancelled %d", s.lists.Load(), s.listsCancelled.Load())
		}
		if errs := readAll(t, r, 10); len(errs) > 0 {
			t.Errorf("right after the cancelled list, reads fail: %v", errs[0])
		}
		if s.lists.Load() != 2 {
			t.Errorf("made %d lists, want a second one", s.lists.Load())
		}
	})
}

// TestReader_OthersGetTheirAnswerWhenTheFirstIsCancelled cancels the read that started the shared list: the others still get their answer.
func TestReader_OthersGetTheirAnswerWhenTheFirstIsCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := s.reader()
		ctx, cancel := context.WithCancel(t.Context())
		first := make(chan error)
		go func() {
			_, err := r.Read(ctx, "0")
			first <- err
		}()
		synctest.Wait()
		others := make(chan []error)
		go func() { others <- readAll(t, r, 10) }()
		time.Sleep(50 * time.Millisecond)
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if errs := <-others; len(errs) > 0 {
			t.Errorf("the others failed with %v", errs[0])
		}
	})
}

func TestReader_WithoutSingleReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		r := collection.New(collection.Source[string]{List: s.list, Transient: func(error) bool { return false }})
		if got, err := r.Read(t.Context(), "3"); err != nil || got != "object 3" {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := r.Read(t.Context(), "none"); !errors.Is(err, collection.ErrNotListed) {
			t.Errorf("got %v", err)
		}
		s.listErr = errRefused
		r.Invalidate()
		for range 2 {
			if _, err := r.Read(t.Context(), "3"); !errors.Is(err, errRefused) {
				t.Errorf("got %v, want what the list says, each time", err)
			}
		}
	})
}

func TestReader_AllSharesTheList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(12)
		r := s.reader()
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				if all, err := r.All(t.Context()); err != nil || len(all) != 12 {
					t.Errorf("got %d objects, %v", len(all), err)
				}
			})
		}
		group.Wait()
		if errs := readAll(t, r, 12); len(errs) > 0 || s.lists.Load() != 1 || s.gets.Load() != 0 {
			t.Errorf("lists %d, gets %d, errors %v", s.lists.Load(), s.gets.Load(), errs)
		}
		r.Invalidate()
		s.mu.Lock()
		delete(s.objects, "3")
		s.mu.Unlock()
		if all, err := r.All(t.Context()); err != nil || len(all) != 11 {
			t.Errorf("after a write: got %d objects, %v", len(all), err)
		}
		r.Invalidate()
		s.listErr = errRefused
		if _, err := r.All(t.Context()); !errors.Is(err, errRefused) {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := r.All(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if s.listsCancelled.Load() != 1 {
			t.Error("a list that nobody waited for went on")
		}
	})
}

// TestReader_ConfirmsWhatIsMissing reads objects that the list does not have. What one list has missed is in the next, and what is in neither
// is gone, without more lists for those that follow.
func TestReader_ConfirmsWhatIsMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(10)
		list := func(ctx context.Context) (map[string]string, error) {
			found, err := s.list(ctx)
			if s.lists.Load() == 1 {
				delete(found, "3")
			}
			return found, err
		}
		r := collection.New(collection.Source[string]{List: list, Transient: func(error) bool { return false }})
		if got, err := r.Read(t.Context(), "3"); err != nil || got != "object 3" || s.lists.Load() != 2 {
			t.Errorf("read %q with %d lists, %v", got, s.lists.Load(), err)
		}
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				if _, err := r.Read(t.Context(), fmt.Sprint("none ", i)); !errors.Is(err, collection.ErrNotListed) {
					t.Errorf("got %v", err)
				}
			})
		}
		group.Wait()
		if got := s.lists.Load(); got != 2 {
			t.Errorf("%d lists, want the two that there were", got)
		}
		s.listErr = errRefused
		r.Invalidate()
		if _, err := r.Read(t.Context(), "none 1"); !errors.Is(err, errRefused) {
			t.Errorf("got %v", err)
		}
	})
}

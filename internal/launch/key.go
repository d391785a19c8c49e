// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"context"
	"errors"
	"maps"
	"sync"
)

// The keys of a job's userdata that hold the name of its run and a hash of its inputs.
const (
	KeyUserdata    = "terraform_launch_key"
	InputsUserdata = "terraform_inputs"
)

// Searched is how many recent jobs are searched for one that carries a request id or a key.
const Searched = 500

// ErrNoUserdata says that a launch has a key, and that the server cannot store it because it keeps no userdata.
var ErrNoUserdata = errors.New("the server keeps no userdata")

// Key names a run, so that processes with nothing else in common recognise it. The zero value names none.
type Key struct {
	// Name is what the user calls the run.
	Name string
	// Inputs is a hash of what is run: the same name with other inputs is another run.
	Inputs string
}

// KeyOf returns the key in the userdata of a job.
func KeyOf(userdata map[string]any) (k Key) {
	k.Name, _ = userdata[KeyUserdata].(string)
	k.Inputs, _ = userdata[InputsUserdata].(string)
	return k
}

// Mark returns userdata with the key in it. The given map is not changed.
func (k Key) Mark(userdata map[string]any) map[string]any {
	if k.Name == "" {
		return userdata
	}
	marked := maps.Clone(userdata)
	if marked == nil {
		marked = map[string]any{}
	}
	marked[KeyUserdata], marked[InputsUserdata] = k.Name, k.Inputs
	return marked
}

// Reserved reports whether a key of userdata is the provider's own.
func Reserved(key string) bool {
	return key == UserdataKey || key == KeyUserdata || key == InputsUserdata
}

// RecentList is a list of what runs or ran on a server. A process reads it once, and gives each of its items to one caller at most. The
// zero value is ready for use, by several goroutines at once.
type RecentList[T any] struct {
	mu    sync.Mutex
	read  bool
	items []T
	taken Ledger
}

// List returns the list. An error is not kept: the next caller reads again.
func (r *RecentList[T]) List(ctx context.Context, read func(ctx context.Context) ([]T, error)) ([]T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.read {
		return r.items, nil
	}
	items, err := read(ctx)
	if err != nil {
		return nil, err
	}
	r.items, r.read = items, true
	return items, nil
}

// Claim reserves an id for the caller. It fails if another caller has claimed it.
func (r *RecentList[T]) Claim(id string) bool { return r.taken.Claim(id) }

// SPDX-License-Identifier: MPL-2.0

package rbac

import (
	"context"
	"errors"
	"testing"
)

func TestKnownTypes_AreAskedForOnce(t *testing.T) {
	t.Parallel()
	refused, some := errors.New("refused"), []ObjectType{{ObjectType: "tasks"}, {ObjectType: "jobs"}}
	for name, test := range map[string]struct {
		types []ObjectType
		err   error
	}{"answered": {some, nil}, "refused": {nil, refused}} {
		var types KnownTypes
		asked := 0
		ask := func(context.Context) ([]ObjectType, error) { asked++; return test.types, test.err }
		if got, err := types.Get(t.Context(), ask); len(got) != len(test.types) || !errors.Is(err, test.err) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
		// Only the first caller is told why there are none.
		if got, err := types.Get(t.Context(), ask); len(got) != len(test.types) || err != nil || asked != 1 {
			t.Errorf("%s: got %v, %v after %d questions", name, got, err, asked)
		}
	}
	// An interrupted caller has learnt nothing.
	var types KnownTypes
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := types.Get(ctx, func(ctx context.Context) ([]ObjectType, error) { return nil, ctx.Err() }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got, err := types.Get(t.Context(), func(context.Context) ([]ObjectType, error) { return some, nil }); len(got) != 2 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

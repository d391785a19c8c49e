// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

func TestKey_IsKeptInUserdata(t *testing.T) {
	t.Parallel()
	key := launch.Key{Name: "release-1", Inputs: "abc"}
	given := map[string]any{"ticket": "7"}
	marked := key.Mark(given)
	if got := launch.KeyOf(marked); got != key || len(given) != 1 || marked["ticket"] != "7" {
		t.Errorf("got %v of %v", got, marked)
	}
	if got := (launch.Key{}).Mark(given); !reflect.DeepEqual(got, given) {
		t.Errorf("no key was kept as %v", got)
	}
	if got := launch.KeyOf(map[string]any{launch.KeyUserdata: 7}); got != (launch.Key{}) {
		t.Errorf("a number was taken for a key: %v", got)
	}
	for key, want := range map[string]bool{launch.UserdataKey: true, launch.KeyUserdata: true, launch.InputsUserdata: true, "ticket": false} {
		if launch.Reserved(key) != want {
			t.Errorf("%s is reserved: %v", key, !want)
		}
	}
}

func TestRecentList_IsReadOnce(t *testing.T) {
	t.Parallel()
	var roll launch.RecentList[string]
	reads := 0
	broken := errors.New("broken")
	read := func(context.Context) ([]string, error) {
		if reads++; reads == 1 {
			return nil, broken
		}
		return []string{"a"}, nil
	}
	if _, err := roll.List(t.Context(), read); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	for range 2 {
		if items, err := roll.List(t.Context(), read); err != nil || len(items) != 1 {
			t.Errorf("got %v, %v", items, err)
		}
	}
	if reads != 2 {
		t.Errorf("it was read %d times", reads)
	}
	if !roll.Claim("1") || roll.Claim("1") || !roll.Claim("2") {
		t.Error("each is given once")
	}
}

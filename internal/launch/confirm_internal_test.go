// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/journal"
)

// TestConfirm_TooEarly looks for something that an earlier process has started. Within the settling time of the launch, an unknown thing
// may only not show up yet.
func TestConfirm_TooEarly(t *testing.T) {
	t.Parallel()
	broken := errors.New("no")
	for name, test := range map[string]struct {
		ago   time.Duration // since the launch
		shows time.Duration // after the first question
		err   error
		there bool
		asked time.Duration
	}{
		"it is there":                 {time.Second, 0, nil, true, 0},
		"it shows up":                 {time.Second, 5 * time.Second, nil, true, 6 * time.Second},
		"it never does":               {time.Second, time.Hour, nil, false, 15 * time.Second},
		"it was long ago":             {time.Hour, time.Hour, nil, false, 0},
		"a note out of the future":    {-time.Hour, time.Hour, nil, false, 16 * time.Second},
		"the server does not tell":    {time.Second, 0, broken, false, 0},
		"it would show up too late":   {10 * time.Second, 8 * time.Second, nil, false, 6 * time.Second},
		"it shows up with a minute":   {14 * time.Second, 200 * time.Millisecond, nil, true, time.Second},
		"it shows up at the very end": {0, 15 * time.Second, nil, true, 16 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				launcher := New(DefaultSettle, journal.New("", time.Now), slog.New(slog.DiscardHandler))
				begun := time.Now()
				request := Request{Confirm: func(context.Context, string, string) (bool, error) {
					return test.err == nil && time.Since(begun) >= test.shows, test.err
				}}
				there, err := launcher.confirm(t.Context(), request, journal.Entry{ID: "7", Sent: begun.Add(-test.ago)})
				if there != test.there || !errors.Is(err, test.err) || time.Since(begun) > test.asked {
					t.Errorf("got %v, %v after %v", there, err, time.Since(begun))
				}
			})
		})
	}
}

func TestConfirm_Interrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		launcher := New(DefaultSettle, journal.New("", time.Now), slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		request := Request{Confirm: func(context.Context, string, string) (bool, error) { return false, nil }}
		if there, err := launcher.confirm(ctx, request, journal.Entry{ID: "7", Sent: time.Now()}); there || err == nil {
			t.Errorf("got %v, %v", there, err)
		}
	})
}

// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
)

// TestWait_AnswersOfOneWrongShape has a job of an hour whose polls are answered wrongly, in several ways.
func TestWait_AnswersOfOneWrongShape(t *testing.T) {
	t.Parallel()
	wrong := func(shape httpapi.Shape) error {
		return &httpapi.DecodeError{Status: 200, Shape: shape, Received: "something", Err: errors.New("it is no job")}
	}
	broken := &httpapi.ConnectionError{Sent: true, Err: errors.New("reset")}
	const patience = jobwatch.DefaultPatience
	for name, test := range map[string]struct {
		fail func(since time.Duration, poll int32) error
		// ends is when the wait ends with an error, 0 if it lasts as long as the job.
		ends time.Duration
	}{
		"always": {func(time.Duration, int32) error { return wrong(httpapi.ShapeOtherJSON) }, patience},
		"from the middle on": {func(since time.Duration, _ int32) error {
			if since < 20*time.Minute {
				return nil
			}
			return wrong(httpapi.ShapePage)
		}, 20*time.Minute + patience},
		"for not quite as long": {func(since time.Duration, _ int32) error {
			if since < patience-10*time.Second {
				return wrong(httpapi.ShapeOtherJSON)
			}
			return nil
		}, 0},
		"with one good answer in between": {func(_ time.Duration, poll int32) error {
			if poll%50 == 0 {
				return nil
			}
			return wrong(httpapi.ShapeOtherJSON)
		}, 0},
		"with a failure of another kind in between": {func(_ time.Duration, poll int32) error {
			if poll%50 == 0 {
				return broken
			}
			return wrong(httpapi.ShapeOtherJSON)
		}, 0},
		"of two shapes": {func(_ time.Duration, poll int32) error {
			return wrong([]httpapi.Shape{httpapi.ShapeOtherJSON, httpapi.ShapeBroken}[poll%2])
		}, 0},
		"other failures only": {func(time.Duration, int32) error { return broken }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(time.Hour)
				s.fail = func(poll int32) error {
					if since := time.Since(s.start); since < s.takes {
						return test.fail(since, poll)
					}
					return nil
				}
				_, _, err := s.watcher().Wait(t.Context(), "7", nil)
				took := time.Since(s.start)
				var useless *jobwatch.UselessError
				if errors.As(err, &useless) != (test.ends > 0) || (err != nil) != (test.ends > 0) {
					t.Fatalf("after %v: %v", took, err)
				}
				if most := test.ends + 15*time.Second; test.ends > 0 && (took < test.ends || took > most) {
					t.Errorf("it ended after %v: %v", took, err)
				}
			})
		})
	}
}

func TestWait_PatienceOfTheWatcher(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(time.Hour)
		s.fail = func(int32) error { return &httpapi.DecodeError{Err: errors.New("x")} }
		_, _, err := s.watcher().WithPatience(20*time.Second).Wait(t.Context(), "7", nil)
		if took := time.Since(s.start); !errors.As(err, new(*jobwatch.UselessError)) || took > 30*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/courtesy"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobwatch"
)

func TestSight_RemembersAnswersAndNoTrouble(t *testing.T) {
	t.Parallel()
	no, trouble := errors.New("no"), errors.New("trouble")
	for name, test := range map[string]struct {
		answers []error
		want    []error
		asked   int
	}{
		"permitted":              {[]error{nil}, []error{nil, nil, nil}, 1},
		"refused":                {[]error{no}, []error{no, no, no}, 1},
		"trouble, and permitted": {[]error{trouble, nil}, []error{nil, nil, nil}, 2},
		"trouble, and refused":   {[]error{trouble, no}, []error{nil, no, no}, 2},
	} {
		var sight jobwatch.Sight
		asked := 0
		for i, want := range test.want {
			got := sight.Refused(t.Context(), "jobs", func(context.Context) error {
				asked++
				return test.answers[asked-1]
			}, func(err error) bool { return errors.Is(err, no) }, func() { t.Error("it is late") })
			if !errors.Is(got, want) {
				t.Errorf("%s: call %d: got %v, want %v", name, i, got, want)
			}
		}
		if asked != test.asked {
			t.Errorf("%s: the server was asked %d times", name, asked)
		}
	}
}

// TestSight_ASilentServer asks a server that does not answer: the first launch waits for a moment, and no other one.
func TestSight_ASilentServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sight jobwatch.Sight
		started, asked, late := time.Now(), 0, 0
		for range 20 {
			err := sight.Refused(t.Context(), "jobs", func(ctx context.Context) error {
				asked++
				<-ctx.Done()
				return ctx.Err()
			}, func(error) bool { return false }, func() { late++ })
			if err != nil {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(started); took != courtesy.Budget || asked != 1 || late != 1 {
			t.Errorf("it took %v, asked %d times, late %d times", took, asked, late)
		}
	})
}

// SPDX-License-Identifier: MPL-2.0

package jobwatch_test

import (
	"context"
	"errors"
	"testing"

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
			}, func(err error) bool { return errors.Is(err, no) })
			if !errors.Is(got, want) {
				t.Errorf("%s: call %d: got %v, want %v", name, i, got, want)
			}
		}
		if asked != test.asked {
			t.Errorf("%s: the server was asked %d times", name, asked)
		}
	}
}

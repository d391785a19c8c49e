// SPDX-License-Identifier: MPL-2.0

package jobwatch

import (
	"errors"
	"fmt"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// DefaultPatience is how long nothing but answers of one wrong shape are taken for transient.
const DefaultPatience = 5 * time.Minute

// UselessError says that a wait has ended because, for a while, there was nothing but answers of one wrong shape: what gives them does not
// change by itself.
type UselessError struct {
	// For is how long there was nothing else, and Polls how many of them.
	For   time.Duration
	Polls int
	// Err is the last one.
	Err error
}

func (e *UselessError) Error() string {
	return fmt.Sprintf("for %s, all of %d answers were of one wrong shape: %v", duration.Text(e.For), e.Polls, e.Err)
}

// Unwrap returns the last answer.
func (e *UselessError) Unwrap() error { return e.Err }

// streak is a series of answers of one wrong shape.
type streak struct {
	shape httpapi.Shape
	since time.Time
	polls int
}

// add counts the failure of a poll, and returns an error once the series has lasted too long. Anything else than another answer of the same
// shape ends it, and so does a good answer, for which err is nil.
func (s *streak) add(err error, now time.Time, patience time.Duration) error {
	var decode *httpapi.DecodeError
	if !errors.As(err, &decode) {
		*s = streak{}
		return nil
	}
	if shape := decode.Shape; s.polls == 0 || s.shape != shape {
		*s = streak{shape: shape, since: now}
	}
	s.polls++
	if lasted := now.Sub(s.since); lasted >= patience && s.polls > 1 {
		return &UselessError{For: lasted.Round(time.Second), Polls: s.polls, Err: err}
	}
	return nil
}

// SPDX-License-Identifier: MPL-2.0

package httpapi

import (
	"errors"
	"fmt"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
)

// Tries says how often a request was sent before it failed for good.
type Tries struct {
	// Count is the number of attempts, 0 where there was no request.
	Count int
	// Over is the time from the first attempt to the end of the last one.
	Over time.Duration
}

// Text says in a sentence that there was more than one attempt, "" otherwise.
func (t Tries) Text() string {
	switch {
	case t.Count < 2:
		return ""
	case t.Over < time.Second:
		return fmt.Sprintf("This was the last of %d attempts within a second.", t.Count)
	default:
		return fmt.Sprintf("This was the last of %d attempts in %s.", t.Count, duration.Text(t.Over.Round(time.Second)))
	}
}

// TriesOf returns how often the request of an error was sent.
func TriesOf(err error) Tries {
	var answer *Error
	var conn *ConnectionError
	var decode *DecodeError
	switch {
	case errors.As(err, &answer):
		return answer.Tries
	case errors.As(err, &decode):
		return decode.Tries
	case errors.As(err, &conn):
		return conn.Tries
	default:
		return Tries{}
	}
}

// begins and ended note an attempt.
func (c *call) begins(now time.Time) {
	if c.attempts == 0 {
		c.first = now
	}
	c.attempts++
}

func (c *call) ended(now time.Time) { c.last = now }

// tries says how many attempts there were.
func (c *call) tries() Tries { return Tries{Count: c.attempts, Over: c.last.Sub(c.first)} }

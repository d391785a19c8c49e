// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
)

// timeLayout is how the orchestrator writes a time: UTC, whole seconds.
const timeLayout = "2006-01-02T15:04:05Z"

func timestamp(t time.Time) string { return t.UTC().Format(timeLayout) }

// optionalTimestamp writes a zero time as null.
func optionalTimestamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := timestamp(t)
	return &text
}

// seconds returns a duration as a number with milliseconds.
func seconds(d time.Duration) float64 {
	return math.Round(d.Seconds()*1000) / 1000
}

// secondsText writes a duration the way /jobs does: as a string with at least one decimal.
func secondsText(d time.Duration) string {
	text := strconv.FormatFloat(seconds(d), 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// link is a reference to another resource.
type link struct {
	ID string `json:"id"`
}

// url returns the absolute address of something below /orchestrator/v1.
func (c *call) url(format string, args ...any) string {
	return c.Base + "/orchestrator/v1/" + fmt.Sprintf(format, args...)
}

// cursor is the next-events member of an answer.
type cursor struct {
	ID    string `json:"id"`
	Event string `json:"event"`
}

// nextEvents points behind the last event.
func (c *call) nextEvents(path string, next int) cursor {
	return cursor{ID: c.url("%s?start=%d", path, next), Event: strconv.Itoa(next)}
}

// integer reads a variable of the path that must be an integer; what is the word for it in errors.
func (c *call) integer(name, what string) (int, error) {
	return idOf(what, c.Vars[name])
}

// idOf reads an id, which is a string of digits.
func idOf(what, text string) (int, error) {
	id, err := strconv.Atoi(text)
	if err != nil || id < 0 || strconv.Itoa(id) != text {
		return 0, &engine.Error{
			Kind: engine.ValidationError, Msg: strings.ToUpper(what[:1]) + what[1:] + " id " + text + " is not an integer",
			Details: map[string]any{what: text},
		}
	}
	return id, nil
}

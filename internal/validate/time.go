// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Time accepts times of RFC 3339.
func Time() validator.String {
	return rule{"a time of RFC 3339", "The time is not valid", TimeProblem}
}

// The forms of ISO 8601 that people write instead of RFC 3339, without and with an offset.
var (
	formsOfTime = []string{
		"2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04", "2006-01-02 15:04", "20060102T150405", "20060102T1504", time.DateOnly,
	}
	formsOfOffset = []string{"Z07:00", "Z0700", "Z07", " Z07:00", " -0700"}
)

// TimeProblem says what is wrong with a time, and how to write it where that can be told, or returns "".
func TimeProblem(text string) string {
	if _, err := time.Parse(time.RFC3339, text); err == nil {
		return ""
	}
	for _, form := range formsOfTime {
		if at, err := time.Parse(form, text); err == nil {
			return "has no offset, so that it is not known which zone it is in: write " + at.Format("2006-01-02T15:04:05") + "Z for UTC, or " +
				at.Format("2006-01-02T15:04:05") + "+01:00 with the offset of your zone"
		}
		for _, offset := range formsOfOffset {
			if at, err := time.Parse(form+offset, text); err == nil {
				return "is not in the form of RFC 3339: write " + at.Format(time.RFC3339)
			}
		}
	}
	return "is not a time such as 2030-01-05T02:00:00+01:00: date, time and offset, the last of which is Z for UTC"
}

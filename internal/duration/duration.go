// SPDX-License-Identifier: MPL-2.0

// Package duration writes durations for people.
package duration

import (
	"strings"
	"time"
)

// Text writes a duration without the parts that are zero, as people write it in a configuration: 168h, not 168h0m0s.
func Text(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	return strings.Replace(text, "h0m", "h", 1)
}

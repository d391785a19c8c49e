// SPDX-License-Identifier: MPL-2.0

package tfvalue

import (
	"time"
)

// APITime writes a time in the form of the API: in UTC, with fractions only if there are any.
func APITime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

package tfvalue

import (
	"time"
)

// APITime writes a time as the API takes it: in UTC, with fractions only where there are some.
func APITime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

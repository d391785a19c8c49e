// SPDX-License-Identifier: MPL-2.0

package duration_test

import (
	"testing"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/duration"
)

// TestText also reads each text again, which must be the same duration.
func TestText(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		168 * time.Hour:                       "168h",
		10 * time.Hour:                        "10h",
		10*time.Hour + 10*time.Minute:         "10h10m",
		time.Hour + 10*time.Second:            "1h10s",
		10 * time.Minute:                      "10m",
		time.Minute + 30*time.Second:          "1m30s",
		20 * time.Second:                      "20s",
		1500 * time.Millisecond:               "1.5s",
		0:                                     "0s",
		time.Minute + 250*time.Millisecond:    "1m0.25s",
		-(90 * time.Minute):                   "-1h30m",
		time.Hour + time.Minute + time.Second: "1h1m1s",
		100*time.Hour + 500*time.Millisecond:  "100h0.5s",
		3 * time.Millisecond:                  "3ms",
	} {
		got := duration.Text(d)
		if got != want {
			t.Errorf("%s: got %s, want %s", d, got, want)
		}
		if again, err := time.ParseDuration(got); err != nil || again != d {
			t.Errorf("%s reads as %s: %v", got, again, err)
		}
	}
}

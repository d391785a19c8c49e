// SPDX-License-Identifier: MPL-2.0

package validate_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/validate"
)

func TestShown(t *testing.T) {
	t.Parallel()
	const hidden = "a text that is not shown, because it may hold a secret"
	for text, want := range map[string]string{
		"pe.example.com":                                `"pe.example.com"`,
		"https://pe.example.com:8143/path":              `"https://pe.example.com:8143/path"`,
		"https://admin:s3cret@pe.example.com:8143":      `"https://…@pe.example.com:8143"`,
		"https://s3cret@pe.example.com":                 `"https://…@pe.example.com"`,
		"admin:s3cret@pe.example.com":                   `"…@pe.example.com"`,
		"https://admin:s3/cr@t@pe.example.com":          hidden,
		"https://admin:s3@cr@pe.example.com/x":          `"https://…@pe.example.com/x"`,
		"jane@example.com":                              `"jane@example.com"`,
		"https://p e":                                   `"https://p e"`,
		"is it this one? #1":                            `"is it this one? #1"`,
		"https://pe.example.com:8143?token=s3cret":      `"https://pe.example.com:8143?…"`,
		"https://pe.example.com/x?token=s3cret#s3cret":  `"https://pe.example.com/x?…"`,
		"https://pe.example.com#s3cret":                 `"https://pe.example.com"`,
		"https://admin:s3cret@pe.example.com:port":      hidden,
		"https://admin:%zz@pe.example.com":              hidden,
		"0VZZ6geJQK8zJGKxBdq1MatyOJvUo8wNWxOhyZcbmx2V":  "a text that looks like a token (not shown)",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIE":         "a text in PEM form (not shown)",
		"71d0a7a2-9b0c-4f7e-8f5f-0a1b2c3d4e5f":          `"71d0a7a2-9b0c-4f7e-8f5f-0a1b2c3d4e5f"`,
		"/home/Jane/.puppetlabs/token-of-the-year-2026": `"/home/Jane/.puppetlabs/token-of-the-year-2026"`,
		strings.Repeat("é", 300):                        `"` + strings.Repeat("é", 200) + `"…`,
	} {
		if got := validate.Shown(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

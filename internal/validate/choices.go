// SPDX-License-Identifier: MPL-2.0

package validate

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/prose"
)

// OneOf accepts some words.
func OneOf(words ...string) validator.String {
	choice := prose.Choice(words)
	return rule{"one of " + choice, "The value is not one of those that are known", func(text string) string {
		if slices.Contains(words, text) {
			return ""
		}
		problem := "is not known here: write " + choice
		if meant := prose.Nearest(text, words); meant != "" {
			problem += fmt.Sprintf(" (perhaps you mean %q)", meant)
		}
		return problem
	}}
}

// SPDX-License-Identifier: MPL-2.0

package launch

import (
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// SortedIDs sorts ids into the order in which the server assigned them.
func SortedIDs(ids []string) []string {
	slices.SortFunc(ids, orchestrator.CompareIDs)
	return ids
}

package launch

import (
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// SortedIDs puts ids into the order in which they were given out.
func SortedIDs(ids []string) []string {
	slices.SortFunc(ids, orchestrator.CompareIDs)
	return ids
}

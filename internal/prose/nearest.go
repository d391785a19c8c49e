// SPDX-License-Identifier: MPL-2.0

package prose

import "github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"

// Nearest returns the one of some names that somebody may have meant, or "", to be shown.
func Nearest(name string, names []string) (similar string) {
	least := len(name)/3 + 1
	for _, candidate := range names {
		if d := editDistance(name, candidate); d <= least && (similar == "" || d < editDistance(name, similar)) {
			similar = candidate
		}
	}
	return visible.Line(similar, visible.LongestName)
}

// editDistance is how many bytes have to be added, removed or replaced to make one text of another.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

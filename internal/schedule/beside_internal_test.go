// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestLoseSecrets_DiffersFromEveryConfiguration loses secrets again and again, from each version that a configuration may have.
func TestLoseSecrets_DiffersFromEveryConfiguration(t *testing.T) {
	t.Parallel()
	for _, configured := range []types.Int64{types.Int64Null(), types.Int64Value(-1), types.Int64Value(0), types.Int64Value(3)} {
		m := scheduledTaskModel{SensitiveParamsVersion: configured}
		for range 3 {
			if m.loseSecrets(); m.SensitiveParamsVersion.Equal(configured) {
				t.Errorf("secrets that are lost leave the version %s", configured)
			}
		}
	}
}

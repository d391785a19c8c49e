// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestLoseSecrets_DiffersFromEveryConfiguration loses secrets again and again, from each version that a configuration may have.
func TestLoseSecrets_DiffersFromEveryConfiguration(t *testing.T) {
	t.Parallel()
	for _, configured := range []types.Int64{types.Int64Null(), types.Int64Value(-1), types.Int64Value(0), types.Int64Value(3), lostVersion(types.Int64Null()), lostVersion(lostVersion(types.Int64Null()))} {
		m := scheduledTaskModel{SensitiveParamsVersion: configured}
		for range 3 {
			before := m.SensitiveParamsVersion
			if m.loseSecrets(); m.SensitiveParamsVersion.Equal(before) || m.SensitiveParamsVersion.ValueInt64() > -1000 {
				t.Errorf("secrets that are lost leave the version %s after %s", m.SensitiveParamsVersion, before)
			}
		}
	}
}

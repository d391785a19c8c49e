// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestDeviation_OfWhateverANodeTells reads the metrics of Puppet runs, in the forms of all servers.
func TestDeviation_OfWhateverANodeTells(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		resources int64
		told      bool
	}{
		`{"name":"a","result":{"status":"unchanged","metrics":{"total":347,"changed":0,"out_of_sync":0}}}`:            {0, true},
		`{"name":"a","result":{"status":"changed","metrics":{"total":347,"changed":2,"out_of_sync":3}}}`:              {3, true},
		`{"name":"a","result":{"noop":{"noop":true},"status":"unchanged","metrics":{"changed":0,"out_of_sync":"4"}}}`: {4, true},
		`{"name":"a","result":{"noop":true,"status":"changed","metrics":{"changed":1}}}`:                              {1, true},
		`{"name":"a","result":null,"details":{"message":"done","metrics":{"changed":5,"out_of_sync":5}}}`:             {5, true},
		`{"name":"a","result":{"metrics":{"total":347}}}`:                                                             {0, false},
		`{"name":"a","result":{"status":"unchanged"}}`:                                                                {0, false},
		`{"name":"a","result":"done"}`:          {0, false},
		`{"name":"a"}`:                          {0, false},
		`{"name":"a","result":{"metrics":[1]}}`: {0, false},
	} {
		resources, told := decode[orchestrator.JobNode](t, text).Deviation()
		if resources != want.resources || told != want.told {
			t.Errorf("%s: got %d, %v", text, resources, told)
		}
	}
}

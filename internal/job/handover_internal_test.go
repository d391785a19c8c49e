// SPDX-License-Identifier: MPL-2.0

package job

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jobschema"
)

func TestContinues(t *testing.T) {
	t.Parallel()
	launched := jobMemo{Launched: time.Now()}
	waiting := jobMemo{Launched: time.Now(), Waiting: true}
	for name, test := range map[string]struct {
		waits     bool
		state     string
		onDestroy string
		memo      jobMemo
		want      bool
	}{
		"an apply waits for it":                        {true, "running", jobschema.Abandon, waiting, true},
		"its results could not be read":                {true, "finished", jobschema.Abandon, waiting, true},
		"its end was reported":                         {true, "failed", jobschema.Abandon, launched, false},
		"nobody has waited for it":                     {false, "running", jobschema.Abandon, launched, false},
		"tainted while it ran":                         {true, "running", jobschema.Abandon, jobMemo{}, true},
		"tainted before it was read":                   {true, "new", jobschema.Abandon, jobMemo{}, true},
		"tainted after its end was reported":           {true, "failed", jobschema.Abandon, jobMemo{}, false},
		"tainted, nobody has waited for it":            {false, "running", jobschema.Abandon, jobMemo{}, false},
		"it is to be stopped":                          {true, "running", jobschema.Stop, waiting, false},
		"it is to be stopped by force, and is tainted": {true, "running", jobschema.ForceStop, jobMemo{}, false},
		"it is to be stopped and has ended":            {true, "finished", jobschema.Stop, waiting, true},
		"it is gone":                                   {true, "running", jobschema.Abandon, jobMemo{Gone: true}, false},
	} {
		state := &jobModel{WaitForCompletion: types.BoolValue(test.waits), OnDestroy: types.StringValue(test.onDestroy)}
		state.State = types.StringValue(test.state)
		if got := goesOn(state, test.memo); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

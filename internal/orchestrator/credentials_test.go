// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"encoding/json"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

func TestJobOptions_WithoutCredentials(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ options, want string }{
		"no targets":     {`{"task":"a","params":{"password":"the task's own"}}`, `{"params":{"password":"the task's own"},"task":"a"}`},
		"a list":         {`{"targets":[{"user":"u","password":"p","port":22},{"private-key-content":"k"}]}`, `{"targets":[{"port":22,"user":"u"},{}]}`},
		"an object":      {`{"targets":{"user":"u","sudo-password":"p"}}`, `{"targets":{"user":"u"}}`},
		"null":           {`{"targets":null}`, `{"targets":null}`},
		"nothing at all": {`{}`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := decode[orchestrator.JobOptions](t, test.options)
			got, err := json.Marshal(options.WithoutCredentials())
			if err != nil || string(got) != test.want {
				t.Errorf("got %s, want %s: %v", got, test.want, err)
			}
			if before, err := json.Marshal(options); err != nil || len(before) < len(test.want) {
				t.Errorf("the options themselves were changed to %s: %v", before, err)
			}
		})
	}
}

// SPDX-License-Identifier: MPL-2.0

package orchestrator_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// TestTaskMetadata_ReadsWhatPeopleWrite has metadata as they are in files that nobody has checked.
func TestTaskMetadata_ReadsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	type parameters = map[string]orchestrator.TaskParameter
	for name, test := range map[string]struct {
		text string
		want orchestrator.TaskMetadata
	}{
		"nothing": {`{}`, orchestrator.TaskMetadata{}},
		"null":    {`null`, orchestrator.TaskMetadata{}},
		"as it should be": {
			`{"description":"d","supports_noop":true,"private":true,"remote":true,"puppet_task_version":1,"input_method":"stdin","files":["a/b"],` +
				`"extensions":{"x":1},"implementations":[{"name":"t.sh","requirements":["shell"],"input_method":"environment"}],` +
				`"parameters":{"p":{"type":"String","description":"of p","default":"x","sensitive":true}}}`,
			orchestrator.TaskMetadata{
				Description: "d", SupportsNoop: true, Private: true, Remote: true, PuppetTaskVersion: 1, InputMethod: "stdin", Files: []string{"a/b"},
				Extensions:      json.RawMessage(`{"x":1}`),
				Implementations: []orchestrator.TaskImplementation{{Name: "t.sh", Requirements: []string{"shell"}, InputMethod: "environment"}},
				Parameters:      parameters{"p": {Type: "String", Description: "of p", Default: json.RawMessage(`"x"`), Sensitive: true}},
			},
		},
		"in quotes": {
			`{"supports_noop":"true","private":"false","remote":"true","puppet_task_version":"1","parameters":{"p":{"sensitive":"true"}}}`,
			orchestrator.TaskMetadata{SupportsNoop: true, Remote: true, PuppetTaskVersion: 1, Parameters: parameters{"p": {Sensitive: true}}},
		},
		"nulls": {
			`{"description":null,"supports_noop":null,"extensions":null,"parameters":null,"implementations":null,"files":null}`,
			orchestrator.TaskMetadata{},
		},
		"no parameters":     {`{"parameters":{}}`, orchestrator.TaskMetadata{Parameters: parameters{}}},
		"a default of null": {`{"parameters":{"p":{"default":null}}}`, orchestrator.TaskMetadata{Parameters: parameters{"p": {Default: json.RawMessage("null")}}}},
		"a null parameter":  {`{"parameters":{"p":null}}`, orchestrator.TaskMetadata{Parameters: parameters{"p": {}}}},
		"a text":            {`"x"`, orchestrator.TaskMetadata{Problems: []string{"`metadata` is not an object"}}},
		"what nobody can read": {
			`{"description":["d"],"supports_noop":"yes","puppet_task_version":{},"files":"a","implementations":["t.sh"],` +
				`"parameters":{"a":"String","b":{"type":["String"],"sensitive":1},"c":{"type":"Integer"}}}`,
			orchestrator.TaskMetadata{
				Parameters:      parameters{"a": {}, "b": {}, "c": {Type: "Integer"}},
				Implementations: []orchestrator.TaskImplementation{{}},
				Problems: []string{
					"`description` is not a string", "`supports_noop` is not true or false", "`puppet_task_version` is not a number",
					"`files` is not a list of strings", "`parameters.a` is not an object", "`parameters.b.type` is not a string",
					"`parameters.b.sensitive` is not true or false", "`implementations[0]` is not an object",
				},
			},
		},
		"parameters in a list": {
			`{"supports_noop":true,"parameters":[{"name":"p"}]}`,
			orchestrator.TaskMetadata{SupportsNoop: true, Problems: []string{"`parameters` is not an object"}},
		},
	} {
		var got orchestrator.TaskMetadata
		if err := json.Unmarshal([]byte(test.text), &got); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, err, test.want)
		}
	}
}

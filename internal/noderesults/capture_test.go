// SPDX-License-Identifier: MPL-2.0

package noderesults_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/noderesults"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/outcome"
)

// nodesOf decodes nodes, and fails after them if there is an error.
func nodesOf(t *testing.T, failure error, texts ...string) iter.Seq2[orchestrator.JobNode, error] {
	t.Helper()
	return func(yield func(orchestrator.JobNode, error) bool) {
		for _, text := range texts {
			var node orchestrator.JobNode
			if err := json.Unmarshal([]byte(text), &node); err != nil {
				t.Error(err)
			}
			if !yield(node, nil) {
				return
			}
		}
		if failure != nil {
			yield(orchestrator.JobNode{}, failure)
		}
	}
}

// readable is a job whose texts hold no secrets.
func readable(job noderesults.Job) noderesults.Job {
	job.Redact = httpapi.NewRedactor().Text
	return job
}

func TestCapture_Needed(t *testing.T) {
	t.Parallel()
	failed := outcome.Verdict{Failed: 1}
	for name, test := range map[string]struct {
		job  noderesults.Job
		want bool
	}{
		"all":                    {noderesults.Job{Mode: noderesults.All, Expected: 2}, true},
		"all of none":            {noderesults.Job{Mode: noderesults.All}, false},
		"failed, all succeeded":  {noderesults.Job{Mode: noderesults.Failed, Expected: 2}, false},
		"failed, one has failed": {noderesults.Job{Mode: noderesults.Failed, Expected: 2, Judged: failed}, true},
		"none, all succeeded":    {noderesults.Job{Mode: noderesults.None, Expected: 2}, false},
		"none, one has failed":   {noderesults.Job{Mode: noderesults.None, Expected: 2, Judged: failed}, true},
	} {
		if got := noderesults.New(readable(test.job)).Needed(); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestCapture_ValuesOfAMode(t *testing.T) {
	t.Parallel()
	names := func(value types.Dynamic) string {
		if value.IsNull() {
			return "null"
		}
		object, ok := value.UnderlyingValue().(interface{ Attributes() map[string]attr.Value })
		if !ok {
			return value.String()
		}
		var found []string
		for _, name := range []string{"a", "b", "c", "d"} {
			if _, ok := object.Attributes()[name]; ok {
				found = append(found, name)
			}
		}
		return strings.Join(found, " ")
	}
	for mode, want := range map[string][2]string{
		noderesults.All: {"a b c d", "b"}, noderesults.Failed: {"b d", "b"}, noderesults.None: {"null", "null"},
	} {
		capture := noderesults.New(readable(noderesults.Job{Mode: mode, Expected: 4}))
		err := capture.AddAll(nodesOf(t, nil,
			`{"name":"a","state":"finished","result":{"x":1}}`, `{"name":"b","state":"failed","result":{"_sensitive":"hunter2"}}`,
			`{"name":"c","state":"skipped"}`, `{"name":"d","state":"errored"}`,
		))
		if err != nil {
			t.Fatal(err)
		}
		results, sensitive := capture.Values()
		if names(results) != want[0] || names(sensitive) != want[1] {
			t.Errorf("%s: got %s and %s", mode, names(results), names(sensitive))
		}
		if strings.Contains(results.String(), "hunter2") {
			t.Errorf("%s: the results show a secret: %s", mode, results)
		}
	}
}

func TestCapture_Failures(t *testing.T) {
	t.Parallel()
	const leftOut = "the job did not take it. Puppet Enterprise silently leaves out nodes that the user may not use"
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		job   noderesults.Job
		nodes []string
		err   error
		want  string
	}{
		"none": {noderesults.Job{}, []string{`{"name":"a","state":"finished"}`, `{"name":"b","state":"skipped"}`}, nil, ""},
		"with and without a message": {
			noderesults.Job{Judged: outcome.Verdict{Failed: 2}},
			[]string{`{"name":"a","state":"failed","result":{"_error":{"msg":"disk\n full"}}}`, `{"name":"b","state":"errored"}`}, nil,
			"  a (failed): disk full\n  b (errored)",
		},
		"more than were read": {
			noderesults.Job{Judged: outcome.Verdict{Failed: 5}}, []string{`{"name":"a","state":"failed"}`}, nil, "  a (failed)\n  and 4 more",
		},
		"the job has left out a node": {
			noderesults.Job{Named: []string{"c", "a", "b"}, Judged: outcome.Verdict{Failed: 2}}, []string{`{"name":"a","state":"finished"}`}, nil,
			"  b (left out): " + leftOut + "\n  c (left out): " + leftOut,
		},
		"not all could be read": {
			noderesults.Job{Named: []string{"a", "b"}, Judged: outcome.Verdict{Failed: 1}}, []string{`{"name":"a","state":"finished"}`}, broken, "",
		},
	} {
		capture := noderesults.New(readable(test.job))
		if err := capture.AddAll(nodesOf(t, test.err, test.nodes...)); !errors.Is(err, test.err) {
			t.Errorf("%s: got %v", name, err)
		}
		if got := capture.Failures(); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.want)
		}
	}
}

// TestCapture_NamesTenFailures has more failures than an error names, among nodes that were read and ones that were left out.
func TestCapture_NamesTenFailures(t *testing.T) {
	t.Parallel()
	for read, leftOut := range map[int]int{12: 0, 8: 4, 10: 2} {
		job := noderesults.Job{Judged: outcome.Verdict{Failed: int64(read + leftOut)}}
		var nodes []string
		for i := range read {
			nodes = append(nodes, fmt.Sprintf(`{"name":"node%d","state":"failed"}`, i))
		}
		for i := range leftOut {
			job.Named = append(job.Named, fmt.Sprintf("other%d", i))
		}
		capture := noderesults.New(readable(job))
		if err := capture.AddAll(nodesOf(t, nil, nodes...)); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(capture.Failures(), "\n")
		if len(lines) != 11 || lines[10] != "  and 2 more" {
			t.Errorf("%d and %d: got %q", read, leftOut, lines)
		}
	}
}

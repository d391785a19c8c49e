// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// TestBesides_WhatTheServerKeeps has a parameter that the last change has left out. Where the server has it all the same, it is the server's
// own: nothing is planned for it for ever.
func TestBesides_WhatTheServerKeeps(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reported string
		want     []string
		left     int
	}{
		"it is gone":           {`{"a": 1}`, []string{"a"}, 0},
		"it is still there":    {`{"a": 1, "b": {"x": 2}}`, []string{"a"}, 1},
		"it has another value": {`{"a": 1, "b": {"x": 3}}`, []string{"a", "b"}, 0},
		"another one is there": {`{"a": 1, "c": 2}`, []string{"a", "c"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			b := besides{Known: true}
			b.leave(dynamic(t, `{"a": 1, "b": {"x": 2}}`), dynamic(t, `{"a": 1}`), &diags)
			input := b.own(reportedInput(t, test.reported), workload.Run{Params: dynamic(t, `{"a": 1}`)}, func(string, json.RawMessage) bool { return false })
			var got []string
			for name := range input.Params {
				got = append(got, name)
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) || len(b.Left) != test.left || diags.HasError() {
				t.Errorf("it takes %v for somebody's, and %v for the server's: %v", got, b.Left, diags)
			}
		})
	}
}

// TestBesides_Secrets compares the secrets of a configuration with those that the server reports.
func TestBesides_Secrets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		params              string
		sensitive, shown    []string
		hidden, lost, shows []string
	}{
		"hidden":                         {`{}`, []string{"ours"}, nil, nil, nil, []string{"ours"}},
		"shown in clear":                 {`{"ours": "x"}`, []string{}, nil, nil, nil, []string{"ours"}},
		"somebody else's as well":        {`{}`, []string{"ours", "theirs"}, nil, []string{"theirs"}, nil, []string{"ours"}},
		"one in plain text":              {`{}`, []string{"ours", "plain"}, nil, nil, nil, []string{"ours"}},
		"lost":                           {`{}`, []string{}, []string{"ours"}, nil, []string{"ours"}, []string{"ours"}},
		"never reported":                 {`{}`, []string{}, nil, nil, nil, nil},
		"a server that reports no names": {`{}`, nil, []string{"ours"}, nil, nil, []string{"ours"}},
		"a server that reports nothing":  {``, nil, []string{"ours"}, nil, nil, []string{"ours"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := besides{Known: true, Shown: test.shown}
			lost := b.read(reportedInput(t, test.params, test.sensitive...), []string{"ours"}, []string{"plain"})
			if !slices.Equal(lost, test.lost) || !slices.Equal(b.Hidden, test.hidden) || !slices.Equal(b.Shown, test.shows) {
				t.Errorf("lost %v, hidden %v, shown %v", lost, b.Hidden, b.Shown)
			}
		})
	}
}

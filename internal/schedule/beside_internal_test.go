// SPDX-License-Identifier: MPL-2.0

package schedule

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
			b.leave(dynamic(t, `{"a": 1, "b": {"x": 2}}`), dynamic(t, `{"a": 1}`), nil, &diags)
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
	ours := []string{"ours"}
	for name, test := range map[string]struct {
		params       string
		sensitive    []string
		before       besides
		hidden, lost []string
	}{
		"hidden":                          {`{}`, ours, besides{Known: true}, nil, nil},
		"shown in clear":                  {`{"ours": "x"}`, []string{}, besides{Known: true}, nil, nil},
		"somebody else's as well":         {`{}`, []string{"ours", "theirs"}, besides{Known: true}, []string{"theirs"}, nil},
		"one in plain text":               {`{}`, []string{"ours", "plain"}, besides{Known: true}, nil, nil},
		"lost":                            {`{}`, []string{}, besides{Known: true}, nil, ours},
		"back":                            {`{}`, ours, besides{Known: true, Lost: ours}, nil, nil},
		"not reported though sent again":  {`{}`, []string{}, besides{Known: true, Resent: ours}, nil, nil},
		"the state of an earlier version": {`{}`, []string{}, besides{}, nil, nil},
		"a server that reports no names":  {`{}`, nil, besides{Known: true}, nil, nil},
		"a server that reports nothing":   {``, nil, besides{Known: true}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := test.before
			lost := b.read(reportedInput(t, test.params, test.sensitive...), ours, []string{"plain"})
			if !slices.Equal(lost, test.lost) || !slices.Equal(b.Hidden, test.hidden) {
				t.Errorf("lost %v, hidden %v", lost, b.Hidden)
			}
		})
	}
}

// TestScheduleMemo_SecretsSentAgain sends secrets again that the server has lost. One that it does not report even then is not lost for ever.
func TestScheduleMemo_SecretsSentAgain(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	memo := scheduleMemo{Besides: besides{Known: true, Lost: []string{"ours"}}}
	run := workload.Run{Params: dynamic(t, `{}`), Sensitive: dynamic(t, `{"ours": "x"}`)}
	for _, reported := range []struct {
		hidden []string
		lost   int
	}{
		{[]string{}, 0}, {[]string{}, 0}, {[]string{"ours"}, 0}, {[]string{}, 1},
	} {
		memo.sent(run, run, &diags)
		if lost := memo.Besides.read(reportedInput(t, `{}`, reported.hidden...), memo.Secret, nil); len(lost) != reported.lost || diags.HasError() {
			t.Errorf("where %v is hidden, %v is lost: %v", reported.hidden, lost, diags)
		}
	}
}

// TestScheduleMemo_KeepsNothingOfSecrets moves a parameter from the plain ones to the secrets.
func TestScheduleMemo_KeepsNothingOfSecrets(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	var memo scheduleMemo
	memo.sent(workload.Run{Params: dynamic(t, `{"password": "hunter2", "other": 1}`)},
		workload.Run{Params: dynamic(t, `{}`), Sensitive: dynamic(t, `{"password": "hunter2"}`)}, &diags)
	if _, kept := memo.Besides.Left["password"]; kept || len(memo.Besides.Left) != 1 || diags.HasError() {
		t.Errorf("the private state has %v: %v", memo.Besides.Left, diags)
	}
}

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

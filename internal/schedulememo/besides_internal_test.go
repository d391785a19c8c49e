// SPDX-License-Identifier: MPL-2.0

package schedulememo

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/scheduling"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/tfvalue"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/workload"
)

// dynamic is the value of a JSON text, null for an empty one.
func dynamic(t *testing.T, text string) types.Dynamic {
	t.Helper()
	value, err := tfvalue.FromJSON(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// reportedInput is what a server reports about parameters: a JSON object, or nothing for an empty text, and the names of those it hides.
func reportedInput(t *testing.T, params string, hidden ...string) scheduling.ReportedInput {
	t.Helper()
	input := scheduling.ReportedInput{Sensitive: hidden}
	if params == "" {
		return input
	}
	if err := json.Unmarshal([]byte(params), &input.Params); err != nil {
		t.Fatal(err)
	}
	return input
}

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
			b := Besides{Known: true}
			b.leave(dynamic(t, `{"a": 1, "b": {"x": 2}}`), dynamic(t, `{"a": 1}`), nil, &diags)
			input := b.Own(reportedInput(t, test.reported), workload.Run{Params: dynamic(t, `{"a": 1}`)}, func(string, json.RawMessage) bool { return false })
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
		before       Besides
		hidden, lost []string
	}{
		"hidden":                          {`{}`, ours, Besides{Known: true}, nil, nil},
		"shown in clear":                  {`{"ours": "x"}`, []string{}, Besides{Known: true}, nil, nil},
		"somebody else's as well":         {`{}`, []string{"ours", "theirs"}, Besides{Known: true}, []string{"theirs"}, nil},
		"one in plain text":               {`{}`, []string{"ours", "plain"}, Besides{Known: true}, nil, nil},
		"lost":                            {`{}`, []string{}, Besides{Known: true}, nil, ours},
		"back":                            {`{}`, ours, Besides{Known: true, Lost: ours}, nil, nil},
		"not reported though sent again":  {`{}`, []string{}, Besides{Known: true, Resent: ours}, nil, nil},
		"the state of an earlier version": {`{}`, []string{}, Besides{}, nil, nil},
		"a server that reports no names":  {`{}`, nil, Besides{Known: true}, nil, nil},
		"a server that reports nothing":   {``, nil, Besides{Known: true}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := test.before
			lost := b.Read(reportedInput(t, test.params, test.sensitive...), ours, []string{"plain"})
			if !slices.Equal(lost, test.lost) || !slices.Equal(b.Hidden, test.hidden) {
				t.Errorf("lost %v, hidden %v", lost, b.Hidden)
			}
		})
	}
}

// TestMemo_SecretsSentAgain sends secrets again that the server has lost. One that it does not report even then is not lost for ever.
func TestMemo_SecretsSentAgain(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	memo := Memo{Besides: Besides{Known: true, Lost: []string{"ours"}}}
	run := workload.Run{Params: dynamic(t, `{}`), Sensitive: dynamic(t, `{"ours": "x"}`)}
	for _, reported := range []struct {
		hidden []string
		lost   int
	}{
		{[]string{}, 0}, {[]string{}, 0}, {[]string{"ours"}, 0}, {[]string{}, 1},
	} {
		memo.Sent(run, run, &diags)
		if lost := memo.Besides.Read(reportedInput(t, `{}`, reported.hidden...), memo.Secret, nil); len(lost) != reported.lost || diags.HasError() {
			t.Errorf("where %v is hidden, %v is lost: %v", reported.hidden, lost, diags)
		}
	}
}

// TestMemo_KeepsNothingOfSecrets moves a parameter from the plain ones to the secrets.
func TestMemo_KeepsNothingOfSecrets(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	var memo Memo
	memo.Sent(workload.Run{Params: dynamic(t, `{"password": "hunter2", "other": 1}`)},
		workload.Run{Params: dynamic(t, `{}`), Sensitive: dynamic(t, `{"password": "hunter2"}`)}, &diags)
	if _, kept := memo.Besides.Left["password"]; kept || len(memo.Besides.Left) != 1 || diags.HasError() {
		t.Errorf("the private state has %v: %v", memo.Besides.Left, diags)
	}
}

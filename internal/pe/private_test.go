// SPDX-License-Identifier: MPL-2.0

package pe_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

// private is private state in memory.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	if key == "broken" {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("It cannot be read", "")}
	}
	return p[key], nil
}

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if key == "broken" {
		return diag.Diagnostics{diag.NewErrorDiagnostic("It cannot be written", "")}
	}
	p[key] = value
	return nil
}

type memo struct {
	Waiting bool   `json:"waiting,omitempty"`
	ID      string `json:"id,omitempty"`
}

func TestReadPrivate(t *testing.T) {
	t.Parallel()
	kept := private{"empty": {}, "one": []byte(`{"waiting":true}`), "newer": []byte(`{"id":"7","colour":"red"}`), "null": []byte(`null`), "damaged": []byte(`{`), "other": []byte(`[1]`)}
	const unreadable = "The private state of the job cannot be read"
	for key, test := range map[string]struct {
		want    memo
		summary string
	}{
		"nothing": {memo{}, ""},
		"empty":   {memo{}, ""},
		"null":    {memo{}, ""},
		"one":     {memo{Waiting: true}, ""},
		"newer":   {memo{ID: "7"}, ""},
		"damaged": {memo{}, unreadable},
		"other":   {memo{}, unreadable},
		"broken":  {memo{}, "It cannot be read"},
	} {
		var diags diag.Diagnostics
		got := pe.ReadPrivate[memo](t.Context(), kept, key, "job", &diags)
		summary := ""
		if len(diags) > 0 {
			summary = diags[0].Summary()
		}
		if got != test.want || summary != test.summary || len(diags) > 1 {
			t.Errorf("%s: got %+v, %v", key, got, diags)
		}
	}
}

func TestWritePrivate(t *testing.T) {
	t.Parallel()
	kept := private{}
	var diags diag.Diagnostics
	want := memo{Waiting: true, ID: "7"}
	pe.WritePrivate(t.Context(), kept, "job", "job", want, &diags)
	if got := pe.ReadPrivate[memo](t.Context(), kept, "job", "job", &diags); got != want || len(diags) > 0 {
		t.Errorf("got %+v, %v", got, diags)
	}
	pe.WritePrivate(t.Context(), kept, "job", "job", memo{}, &diags)
	if got := pe.ReadPrivate[memo](t.Context(), kept, "job", "job", &diags); got != (memo{}) || len(diags) > 0 {
		t.Errorf("what was written before is still there: %+v, %v", got, diags)
	}
	pe.WritePrivate(t.Context(), kept, "none", "job", make(chan int), &diags)
	if _, ok := kept["none"]; ok || len(diags) != 1 || diags[0].Summary() != "The private state of the job cannot be written" {
		t.Errorf("something without a JSON form: %v", diags)
	}
	pe.WritePrivate(t.Context(), kept, "broken", "job", memo{}, &diags)
	if len(diags) != 2 || diags[1].Summary() != "It cannot be written" {
		t.Errorf("got %v", diags)
	}
}

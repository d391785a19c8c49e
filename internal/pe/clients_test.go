// SPDX-License-Identifier: MPL-2.0

package pe_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/pe"
)

func TestUserdata(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		defaults, own map[string]any
		want          map[string]any
	}{
		"none":       {nil, nil, map[string]any{}},
		"defaults":   {map[string]any{"team": "web"}, nil, map[string]any{"team": "web"}},
		"own":        {nil, map[string]any{"ticket": "7"}, map[string]any{"ticket": "7"}},
		"both":       {map[string]any{"team": "web"}, map[string]any{"ticket": "7"}, map[string]any{"team": "web", "ticket": "7"}},
		"own wins":   {map[string]any{"team": "web", "a": "b"}, map[string]any{"team": "db"}, map[string]any{"team": "db", "a": "b"}},
		"even empty": {map[string]any{"team": "web"}, map[string]any{"team": ""}, map[string]any{"team": ""}},
	} {
		c := &pe.Clients{DefaultUserdata: test.defaults}
		if got := c.Userdata(test.own); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	for name, unknown := range map[string][]string{"all is known": nil, "one": {"token"}, "many": {"server_url", "token"}} {
		var diags diag.Diagnostics
		got := (&pe.Clients{Unknown: unknown}).Ready("Job 7 was not read", &diags)
		if got != (len(unknown) == 0) || diags.HasError() == got {
			t.Errorf("%s: got %v, %v", name, got, diags)
		}
		if !got && (diags[0].Summary() != "Job 7 was not read" || !strings.Contains(diags[0].Detail(), strings.Join(unknown, ", ")+".")) {
			t.Errorf("%s: got %v", name, diags)
		}
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		clients *pe.Clients
		want    bool
	}{
		"while Terraform validates": {nil, false},
		"all is known":              {&pe.Clients{}, true},
		"not the token":             {&pe.Clients{Unknown: []string{"token"}}, false},
	} {
		if got := test.clients.Known(); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestServerNow(t *testing.T) {
	t.Parallel()
	here, there := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC), time.Date(2026, 1, 10, 8, 5, 0, 0, time.UTC)
	for want, known := range map[time.Time]bool{here: false, there: true} {
		c := &pe.Clients{Now: func() time.Time { return here }, ServerClock: func() (time.Time, bool) { return there, known }}
		if got := c.ServerNow(); !got.Equal(want) {
			t.Errorf("known %v: got %v, want %v", known, got, want)
		}
	}
}

func TestClientsOf(t *testing.T) {
	t.Parallel()
	clients := &pe.Clients{}
	for name, test := range map[string]struct {
		data  any
		want  *pe.Clients
		fails bool
	}{
		"while Terraform validates": {nil, nil, false},
		"clients":                   {clients, clients, false},
		"something else":            {"clients", nil, true},
	} {
		var diags diag.Diagnostics
		if got := pe.ClientsOf(test.data, &diags); got != test.want || diags.HasError() != test.fails {
			t.Errorf("%s: got %v, %v", name, got, diags)
		}
	}
}

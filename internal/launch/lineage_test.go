// SPDX-License-Identifier: MPL-2.0

package launch_test

import (
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/launch"
)

func TestLineage_KnowsWhatCameLater(t *testing.T) {
	t.Parallel()
	var lineage launch.Lineage
	lineage.Add("deploys of web", "99")
	lineage.Add("deploys of web", "82")
	for _, test := range []struct {
		purpose, id string
		want        bool
	}{
		{"deploys of web", "9", true},
		{"deploys of web", "98", true},
		{"deploys of web", "99", true},
		{"deploys of web", "100", false},
		{"deploys of db", "9", false},
	} {
		if got := lineage.Superseded(test.purpose, test.id); got != test.want {
			t.Errorf("%s %s: %v", test.purpose, test.id, got)
		}
	}
}

func TestHolders_TellOneFromAnother(t *testing.T) {
	t.Parallel()
	first, second := launch.Key{Name: "release-1", Inputs: "a"}, launch.Key{Name: "release-1", Inputs: "b"}
	for name, test := range map[string]struct {
		holders []string
		want    bool
	}{
		"one":                        {[]string{"x"}, false},
		"one, seen twice":            {[]string{"x", "x"}, false},
		"one without a name":         {[]string{""}, false},
		"two":                        {[]string{"x", "y"}, true},
		"one of them has no name":    {[]string{"x", ""}, true},
		"neither of them has a name": {[]string{"", ""}, true},
	} {
		var holders launch.Holders
		holders.Hold(second, "z")
		shared := false
		for _, holder := range test.holders {
			shared = holders.Hold(first, holder)
		}
		if shared != test.want {
			t.Errorf("%s: %v", name, shared)
		}
	}
}

// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"errors"
	"regexp"
	"slices"
	"testing"

	testconfig "github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	broken := errors.New("it is broken")
	for name, test := range map[string]struct {
		expected *regexp.Regexp
		err      error
		fails    bool
	}{
		"nothing expected, none": {nil, nil, false},
		"nothing expected, one":  {nil, broken, true},
		"expected":               {regexp.MustCompile("broken"), broken, false},
		"expected another":       {regexp.MustCompile("refused"), broken, true},
		"expected, none":         {regexp.MustCompile("broken"), nil, true},
	} {
		if got := judge(test.expected, test.err); (got != nil) != test.fails {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestSupported_RefusesWhatOnlyTheCLIKnows has steps that this package does not support, so that no test passes because a part was ignored.
func TestSupported_RefusesWhatOnlyTheCLIKnows(t *testing.T) {
	t.Parallel()
	for name, step := range map[string]resource.TestStep{
		"a file":       {ConfigFile: testconfig.StaticFile("main.tf")},
		"a directory":  {ConfigDirectory: testconfig.StaticDirectory("x")},
		"variables":    {ConfigVariables: testconfig.Variables{}},
		"refresh only": {RefreshState: true},
		"a query":      {Query: true},
		"a skip":       {SkipFunc: func() (bool, error) { return true, nil }},
		"a taint":      {Taint: []string{"pe_thing.a"}},
		"import block": {ImportStateKind: resource.ImportBlockWithID},
		"import check": {ImportStateCheck: func([]*terraform.InstanceState) error { return nil }},
		"import id":    {ImportStateIdFunc: func(*terraform.State) (string, error) { return "", nil }},
	} {
		if supported(step) == nil {
			t.Errorf("%s: got no error", name)
		}
		fails(t, newDouble().runner().step(t.Context(), step), "the CLI may know a step of this kind")
	}
	if err := supported(has(thingA)); err != nil {
		t.Error(err)
	}
}

// TestStep_RunsItsChecks has checks that fail, in each place where a step may have them.
func TestStep_RunsItsChecks(t *testing.T) {
	t.Parallel()
	updates := []plancheck.PlanCheck{plancheck.ExpectResourceAction("pe_thing.a", plancheck.ResourceActionUpdate)}
	broken := errors.New("it is broken")
	for name, test := range map[string]struct {
		step resource.TestStep
		want string
	}{
		"plan":          {resource.TestStep{ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: updates}}, "expected Update, got action(s): [create]"},
		"after it":      {resource.TestStep{ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: updates}}, "expected Update, got action(s): [no-op]"},
		"after refresh": {resource.TestStep{ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: updates}}, "expected Update, got action(s): [no-op]"},
		"state": {
			resource.TestStep{ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue("pe_thing.a", tfjsonpath.New("id"), knownvalue.StringExact("8"))}},
			"expected value 8",
		},
		"older kind": {resource.TestStep{Check: func(*terraform.State) error { return broken }}, "check failed: it is broken"},
	} {
		test.step.Config = thingA
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fails(t, newDouble().runner().step(t.Context(), test.step), test.want)
		})
	}
}

func TestRun_DestroysWhatIsLeft(t *testing.T) {
	t.Parallel()
	d := newDouble()
	prepared := false
	t.Run("steps", func(t *testing.T) {
		step := has(thingA)
		step.PreConfig = func() { prepared = true }
		refused := has(`resource "pe_thing" "a" {}`)
		refused.ExpectError = regexp.MustCompile("Missing required argument")
		Run(t, d.runner().start, step, refused)
	})
	if want := []string{"create", "delete"}; !prepared || !slices.Equal(d.calls, want) {
		t.Errorf("got %v, want %v", d.calls, want)
	}
}

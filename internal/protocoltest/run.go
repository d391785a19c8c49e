// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/zclconf/go-cty/cty"
)

// runner goes through the steps of a test.
type runner struct {
	start  func() (tfprotov6.ProviderServer, error)
	state  *state
	config config
	// schemas are nil until the first command.
	schemas *schemas
}

// Run runs the steps of a test with a provider, and finally destroys what is left. start creates a provider server, one for each command
// that a CLI would run.
func Run(t *testing.T, start func() (tfprotov6.ProviderServer, error), steps ...resource.TestStep) {
	t.Helper()
	r := &runner{start: start, state: &state{resources: map[string]*instance{}, data: map[string]cty.Value{}}}
	defer r.destroyAll(t)
	for i, step := range steps {
		if step.PreConfig != nil {
			step.PreConfig()
		}
		if problem := judge(step.ExpectError, r.step(t.Context(), step)); problem != nil {
			t.Fatalf("Step %d of %d: %v", i+1, len(steps), problem)
		}
	}
}

// judge compares the error of a step with the expected one.
func judge(expected *regexp.Regexp, err error) error {
	switch {
	case expected == nil:
		return err
	case err == nil:
		return errors.New("expected an error and got none")
	case !expected.MatchString(err.Error()):
		return fmt.Errorf("expected an error that matches %q and got: %w", expected, err)
	default:
		return nil
	}
}

func (r *runner) step(ctx context.Context, step resource.TestStep) error {
	if err := supported(step); err != nil {
		return err
	}
	if step.Config != "" {
		parsed, err := parse(step.Config)
		if err != nil {
			return err
		}
		r.config = parsed
	}
	if step.ImportState {
		return r.importStep(ctx, step)
	}
	if step.Destroy {
		whole := r.config
		r.config = config{provider: whole.provider}
		defer func() { r.config = whole }()
	}
	if !step.PlanOnly {
		if err := r.applyStep(ctx, step); err != nil {
			return err
		}
	}
	return r.settledStep(ctx, step)
}

// supported refuses steps that only a CLI supports.
func supported(step resource.TestStep) error {
	if step.ConfigFile != nil || step.ConfigDirectory != nil || step.ConfigVariables != nil ||
		step.RefreshState || step.Query || step.SkipFunc != nil ||
		len(step.Taint) > 0 || step.ImportStateKind != resource.ImportCommandWithID || step.ImportStateCheck != nil ||
		step.ImportStateIdFunc != nil {
		return errors.New("the CLI may know a step of this kind, protocoltest does not")
	}
	return nil
}

func (r *runner) applyStep(ctx context.Context, step resource.TestStep) error {
	changes, err := r.plan(ctx, true)
	if err != nil {
		return fmt.Errorf("planning: %w", err)
	}
	if err := checkPlan(ctx, changes, step.ConfigPlanChecks.PreApply); err != nil {
		return err
	}
	opened, err := r.open(ctx, r.config)
	if err != nil {
		return err
	}
	for address := range r.state.data {
		if !slices.ContainsFunc(r.config.blocks, func(b block) bool { return b.address() == address }) {
			delete(r.state.data, address)
		}
	}
	if err := opened.apply(ctx, changes); err != nil {
		return fmt.Errorf("applying: %w", err)
	}
	if step.Check != nil {
		if err := step.Check(flatState(r.state)); err != nil {
			return fmt.Errorf("check failed: %w", err)
		}
	}
	return checkState(ctx, r.state, step.ConfigStateChecks)
}

// settledStep expects an empty plan, without and with a refresh. What a refresh has left as it was is planned once: the provider would be
// asked the same again.
func (r *runner) settledStep(ctx context.Context, step resource.TestStep) error {
	before := r.state.clone()
	refreshed, err := r.plan(ctx, true)
	if err != nil {
		return fmt.Errorf("planning again: %w", err)
	}
	unrefreshed := refreshed
	if !r.state.same(before) {
		if unrefreshed, err = r.planFor(ctx, before); err != nil {
			return fmt.Errorf("planning again without a refresh: %w", err)
		}
	}
	if err := checkSettled(ctx, step, unrefreshed, false); err != nil {
		return err
	}
	return checkSettled(ctx, step, refreshed, true)
}

// checkSettled checks a plan after an apply, with or without a refresh.
func checkSettled(ctx context.Context, step resource.TestStep, changes []change, refresh bool) error {
	checks := step.ConfigPlanChecks.PostApplyPreRefresh
	if refresh {
		checks = step.ConfigPlanChecks.PostApplyPostRefresh
	}
	if err := checkPlan(ctx, changes, checks); err != nil {
		return err
	}
	at := slices.IndexFunc(changes, func(c change) bool { return !slices.Equal(c.actions, noChange) })
	switch {
	case at >= 0 && !step.ExpectNonEmptyPlan:
		return fmt.Errorf("the plan (refresh %v) is not empty: %s, %v", refresh, changes[at].block.address(), changes[at].actions)
	case at < 0 && step.ExpectNonEmptyPlan && refresh:
		return errors.New("expected a plan with changes and got an empty one")
	}
	return nil
}

// planFor plans for a state without a refresh, and leaves that of the test as it is.
func (r *runner) planFor(ctx context.Context, s *state) ([]change, error) {
	kept := r.state
	defer func() { r.state = kept }()
	r.state = s
	return r.plan(ctx, false)
}

func (r *runner) plan(ctx context.Context, refresh bool) ([]change, error) {
	opened, err := r.open(ctx, r.config)
	if err != nil {
		return nil, err
	}
	return opened.plan(ctx, refresh)
}

func checkPlan(ctx context.Context, changes []change, checks []plancheck.PlanCheck) error {
	var problems []error
	for _, check := range checks {
		var answer plancheck.CheckPlanResponse
		check.CheckPlan(ctx, plancheck.CheckPlanRequest{Plan: planJSON(changes)}, &answer)
		problems = append(problems, answer.Error)
	}
	return errors.Join(problems...)
}

func checkState(ctx context.Context, s *state, checks []statecheck.StateCheck) error {
	var problems []error
	for _, check := range checks {
		var answer statecheck.CheckStateResponse
		check.CheckState(ctx, statecheck.CheckStateRequest{State: stateJSON(s)}, &answer)
		problems = append(problems, answer.Error)
	}
	return errors.Join(problems...)
}

// destroyAll destroys what a test has left.
func (r *runner) destroyAll(t *testing.T) {
	t.Helper()
	if len(r.state.resources) == 0 {
		return
	}
	ctx := context.WithoutCancel(t.Context())
	r.config = config{provider: r.config.provider}
	changes, err := r.plan(ctx, true)
	if err != nil {
		t.Errorf("planning the end of what the test has left: %v", err)
		return
	}
	opened, err := r.open(ctx, r.config)
	if err == nil {
		err = opened.apply(ctx, changes)
	}
	if err != nil {
		t.Errorf("destroying what the test has left: %v", err)
	}
}

// SPDX-License-Identifier: MPL-2.0

package foresight_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/foresight"
)

func TestWait_AfterFailure(t *testing.T) {
	t.Parallel()
	for attribute, want := range map[string]string{
		"create": "The resource is now tainted, so the next apply runs the job again.",
		"update": "The next apply runs the job again.",
	} {
		if got := (foresight.Wait{Attribute: attribute}).AfterFailure(); got != want {
			t.Errorf("%s: got %q, want %q", attribute, got, want)
		}
	}
}

func TestWait_AfterOverdue(t *testing.T) {
	t.Parallel()
	const goesOn, tainted, stops = "The next apply keeps waiting for job 56", "The resource is now tainted, and `on_destroy`", "stops job 56 and starts a new one"
	const before = "This does not hold with `create_before_destroy`"
	for name, test := range map[string]struct {
		attribute string
		onDestroy string
		want      []string
	}{
		"created, let go":     {"create", "", []string{goesOn, before}},
		"created, stopped":    {"create", "stop", []string{tainted, stops}},
		"created, by force":   {"create", "force_stop", []string{tainted, stops}},
		"updated, let go":     {"update", "", []string{goesOn}},
		"updated and stopped": {"update", "stop", []string{goesOn}},
	} {
		got := foresight.Wait{Noun: "job", ID: "56", Attribute: test.attribute, OnDestroy: test.onDestroy}.AfterOverdue()
		for _, part := range []string{goesOn, tainted, stops, before} {
			if strings.Contains(got, part) != slices.Contains(test.want, part) {
				t.Errorf("%s: %q is said: %v, in %q", name, part, strings.Contains(got, part), got)
			}
		}
	}
}

func TestNotStopped_SaysHowToLetGo(t *testing.T) {
	t.Parallel()
	old, other := foresight.NotStopped(true), foresight.NotStopped(false)
	if !strings.Contains(old, "servers before PE 2021.7.1 cannot stop plans") || strings.Contains(other, "2021.7.1") {
		t.Errorf("got %q and %q", old, other)
	}
	for _, text := range []string{old, other} {
		if !strings.Contains(text, "`on_destroy = \"abandon\"`") {
			t.Errorf("it does not say how to let the job go: %q", text)
		}
	}
}

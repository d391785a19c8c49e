// SPDX-License-Identifier: MPL-2.0

package protocoltest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/zclconf/go-cty/cty"
)

// TestState_AfterAFailure checks the state after a call has failed.
func TestState_AfterAFailure(t *testing.T) {
	t.Parallel()
	nothing := func(attributes) attributes { return nil }
	t.Run("create that returns something", func(t *testing.T) {
		t.Parallel()
		d := newDouble()
		d.refuse["create"] = "It failed"
		r := d.runner()
		fails(t, r.step(t.Context(), has(thingA)), "It failed")
		if kept := r.state.resources["pe_thing.a"]; kept == nil || !kept.tainted {
			t.Fatalf("got %+v, want it tainted", kept)
		}
		delete(d.refuse, "create")
		if err := r.step(t.Context(), has(thingA)); err != nil || !slices.Equal(d.calls, []string{"create", "delete", "create"}) {
			t.Errorf("got %v, %v, want a replacement", d.calls, err)
		}
	})
	t.Run("create that returns nothing", func(t *testing.T) {
		t.Parallel()
		d := newDouble()
		d.refuse["create"], d.apply = "It failed", nothing
		r := d.runner()
		fails(t, r.step(t.Context(), has(thingA)), "It failed")
		if len(r.state.resources)+len(r.state.created) > 0 {
			t.Errorf("got %v, want nothing", r.state.created)
		}
	})
	t.Run("update", func(t *testing.T) {
		t.Parallel()
		d := newDouble()
		r := d.runner()
		if err := r.step(t.Context(), has(thingA)); err != nil {
			t.Fatal(err)
		}
		d.refuse["update"] = "It failed"
		fails(t, r.step(t.Context(), has(`resource "pe_thing" "a" { name = "b" }`)), "It failed")
		if kept := r.state.resources["pe_thing.a"]; kept == nil || kept.tainted {
			t.Errorf("got %+v, want it kept and not tainted", kept)
		}
	})
	t.Run("delete", func(t *testing.T) {
		t.Parallel()
		d := newDouble()
		r := d.runner()
		if err := r.step(t.Context(), has(thingA)); err != nil {
			t.Fatal(err)
		}
		d.refuse["delete"] = "It failed"
		fails(t, r.step(t.Context(), resource.TestStep{Config: thingA, Destroy: true}), "It failed")
		if r.state.resources["pe_thing.a"] == nil {
			t.Error("what was not deleted is gone")
		}
	})
}

// TestSettled_PlansAgainWhatARefreshHasChanged counts the plans that follow an apply: one where a refresh has found what was there, and one more,
// of the state before it, where it has not.
func TestSettled_PlansAgainWhatARefreshHasChanged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		found string
		plans int
	}{
		"what was applied": {"a", 1},
		"a drift":          {"drifted", 2},
	} {
		d := newDouble()
		r := d.runner()
		step := has(thingA)
		if err := r.step(t.Context(), step); err != nil {
			t.Fatal(err)
		}
		step.ExpectNonEmptyPlan = test.found != "a"
		d.read, d.plans = set("name", cty.StringVal(test.found)), 0
		if err := r.settledStep(t.Context(), step); err != nil || d.plans != test.plans {
			t.Errorf("%s: got %d plans, %v, want %d", name, d.plans, err, test.plans)
		}
		if left := r.state.resources["pe_thing.a"].value.GetAttr("name").AsString(); left != test.found {
			t.Errorf("%s: the state after it has a thing named %q, want %q, as the refresh has found it", name, left, test.found)
		}
	}
}

// TestLifecycle_CallsInOrder goes through the changes that a configuration can have.
func TestLifecycle_CallsInOrder(t *testing.T) {
	t.Parallel()
	d := newDouble()
	d.replace = []string{"note"}
	r := d.runner()
	for _, test := range []struct {
		step  resource.TestStep
		calls string
	}{
		{resource.TestStep{Config: thingA, PlanOnly: true, ExpectNonEmptyPlan: true}, ""},
		{has(thingA), "create"},
		{has(thingA), ""},
		{has(`resource "pe_thing" "a" { name = "b" }`), "update"},
		{has("resource \"pe_thing\" \"a\" {\n name = \"b\"\n note = \"x\"\n}"), "delete create"},
		{has(`provider "pe" { url = "x" }`), "delete"},
		{has(thingA + "\n" + `data "pe_thing" "d" { name = pe_thing.a.id }`), "create read data read data"},
		{resource.TestStep{Config: thingA, Destroy: true}, "delete"},
	} {
		d.calls = nil
		if err := r.step(t.Context(), test.step); err != nil || strings.Join(d.calls, " ") != test.calls {
			t.Errorf("%s: got %q, %v, want %q", test.step.Config, d.calls, err, test.calls)
		}
	}
	if len(r.state.resources) > 0 {
		t.Errorf("after all was destroyed, there is %v", r.state.created)
	}
}

// TestLifecycle_PrivateData follows what a provider keeps beside the attributes.
func TestLifecycle_PrivateData(t *testing.T) {
	t.Parallel()
	d := newDouble()
	r := d.runner()
	if err := r.step(t.Context(), has(thingA)); err != nil {
		t.Fatal(err)
	}
	if d.private["apply"] != "planned" || d.private["read"] != "applied" || d.private["plan"] != "applied" {
		t.Errorf("got %v, want the apply to get what was planned, and the rest what was applied", d.private)
	}
}

// TestLifecycle_WhatIsGoneIsCreatedAgain reads something that was deleted outside Terraform.
func TestLifecycle_WhatIsGoneIsCreatedAgain(t *testing.T) {
	t.Parallel()
	d := newDouble()
	r := d.runner()
	if err := r.step(t.Context(), has(thingA)); err != nil {
		t.Fatal(err)
	}
	reads := 0
	d.read = func(values attributes) attributes {
		if reads++; reads == 1 {
			return nil
		}
		return values
	}
	if err := r.step(t.Context(), has(thingA)); err != nil || !slices.Equal(d.calls, []string{"create", "create"}) {
		t.Errorf("got %v, %v", d.calls, err)
	}
}

// TestOrder_FailuresStopWhatRefersToThem has one block that fails, one that refers to it, and one that does not.
func TestOrder_FailuresStopWhatRefersToThem(t *testing.T) {
	t.Parallel()
	const config = "resource \"pe_thing\" \"second\" {\n name = pe_thing.first.id\n}\nresource \"pe_thing\" \"first\" {\n name = \"first\"\n}\n" +
		"resource \"pe_thing\" \"other\" {\n name = \"other\"\n}\n"
	failing := func(values attributes) attributes {
		if values["name"].RawEquals(cty.StringVal("first")) {
			values["size"] = cty.UnknownVal(cty.Number)
		}
		return values
	}
	d := newDouble()
	d.apply = failing
	r := d.runner()
	fails(t, r.step(t.Context(), has(config)), "something of pe_thing.first is still unknown")
	if !slices.Equal(r.state.created, []string{"pe_thing.first", "pe_thing.other"}) || !slices.Equal(d.calls, []string{"create", "create"}) {
		t.Errorf("got %v after %v", r.state.created, d.calls)
	}
	fails(t, newDouble().runner().step(t.Context(), has("resource \"pe_thing\" \"a\" {\n name = pe_thing.b.id\n}\nresource \"pe_thing\" \"b\" {\n name = pe_thing.a.id\n}")),
		"these blocks refer to each other: pe_thing.a")
}

// TestValidation_OnceForEachProcess validates in each process of the provider, of which a step has three, and what was refused before.
func TestValidation_OnceForEachProcess(t *testing.T) {
	t.Parallel()
	d := newDouble()
	d.refuse["validate"] = "No."
	r := d.runner()
	for range 2 {
		fails(t, r.step(t.Context(), has(thingA)), "No.")
	}
	if d.validations != 2 {
		t.Errorf("what is refused was validated %d times by two steps", d.validations)
	}
	delete(d.refuse, "validate")
	for _, config := range []string{thingA, thingA, `resource "pe_thing" "a" { name = "b" }`, thingA} {
		d.validations = 0
		if err := r.step(t.Context(), has(config)); err != nil || d.validations != 3 {
			t.Errorf("%s: %d validations; %v", config, d.validations, err)
		}
	}
	d.refuse["validate"] = "Not any more."
	fails(t, r.step(t.Context(), has(`resource "pe_thing" "a" { name = "c" }`)), "Not any more.")
}

// TestApply_AtTheSameTime creates two things, each of which is finished when the other is there too, and then one that refers to both.
func TestApply_AtTheSameTime(t *testing.T) {
	t.Parallel()
	d := newDouble()
	meet := &meeting{double: d, expected: 2, all: make(chan struct{})}
	r := d.runner()
	r.start = func() (tfprotov6.ProviderServer, error) { return meet, nil }
	if err := r.step(t.Context(), has("resource \"pe_thing\" \"a\" { name = \"a\" }\nresource \"pe_thing\" \"b\" { name = \"b\" }\n"+
		"resource \"pe_thing\" \"c\" {\n name = \"${pe_thing.a.id}${pe_thing.b.id}\"\n}")); err != nil {
		t.Fatal(err)
	}
	if want := []string{"pe_thing.a", "pe_thing.b", "pe_thing.c"}; !slices.Equal(r.state.created, want) {
		t.Errorf("got %v, want the order of the configuration", r.state.created)
	}
}

// meeting is a provider whose changes wait for each other.
type meeting struct {
	*double
	mu       sync.Mutex
	expected int
	all      chan struct{}
}

// ApplyResourceChange waits until there are as many changes at work as are expected.
func (m *meeting) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	m.mu.Lock()
	if m.expected--; m.expected == 0 {
		close(m.all)
	}
	m.mu.Unlock()
	select {
	case <-m.all:
	case <-time.After(time.Minute):
		return nil, errors.New("nothing else is changed at the same time")
	}
	return m.double.ApplyResourceChange(ctx, req)
}

// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"fmt"
	"slices"
	"time"
)

// flatten returns the results of all jobs in one list.
func flatten(results []JobResult) any {
	return slices.Concat(results...)
}

// gatherFacts is a step that runs the task facts.
func gatherFacts(targets []string) Step {
	return Step{Job: &JobStep{Type: "plan_task", Task: "facts", Targets: targets}}
}

// factsPlan gathers facts and returns them.
func factsPlan() Plan {
	return Plan{
		Name:        "facts",
		Description: "A plan that retrieves facts and stores in the inventory for the provided targets.",
		Parameters:  map[string]Parameter{"targets": {Type: "TargetSpec", Description: "List of targets to retrieve the facts for."}},
		Run: func(run PlanRun) Script {
			return Script{Steps: []Step{gatherFacts(Targets(run.Params["targets"]))}, Result: flatten}
		},
	}
}

// factsInfoPlan prints what runs on the targets.
func factsInfoPlan() Plan {
	return Plan{
		Name:        "facts::info",
		Description: "A plan that prints basic OS information for the specified targets.",
		Parameters: map[string]Parameter{
			"targets":  {Type: "Optional[TargetSpec]", Description: "List of the targets for which to print the OS information.", Default: Undef},
			"label":    {Type: "Optional[String]", Description: "What to print before the information.", Default: Undef},
			"password": {Type: "Optional[Sensitive[String]]", Description: "A secret that the plan needs.", Default: Undef},
		},
		Run: func(run PlanRun) Script {
			var steps []Step
			if label := text(run.Params, "label", ""); label != "" {
				steps = append(steps, Step{Message: label})
			}
			targets := Targets(run.Params["targets"])
			if len(targets) > 0 {
				steps = append(steps, gatherFacts(targets))
			}
			return Script{Steps: steps, Result: describeSystems}
		},
	}
}

// describeSystems turns gathered facts into lines such as "node1.example.com: Debian 12 (Linux)".
func describeSystems(results []JobResult) any {
	lines := []string{}
	for _, result := range slices.Concat(results...) {
		facts, ok := result.Value.(map[string]any)
		if !ok || result.Status != "success" {
			continue
		}
		system, release := "unknown", ""
		if os, ok := facts["os"].(map[string]any); ok {
			system = text(os, "name", system)
			if r, ok := os["release"].(map[string]any); ok {
				release = " " + text(r, "major", "")
			}
		}
		lines = append(lines, fmt.Sprintf("%s: %s%s (%s)", result.Target, system, release, text(facts, "kernel", "unknown")))
	}
	return lines
}

// canaryPlan runs a command on a few nodes, and on the others if that succeeded.
func canaryPlan() Plan {
	return Plan{
		Name:        "canary",
		Description: "Run a command on some nodes first, then on the rest",
		Parameters: map[string]Parameter{
			"nodes":    {Type: "TargetSpec", Description: "The nodes to run the command on."},
			"command":  {Type: "String[1]", Description: "The command.", Default: "whoami"},
			"canary":   {Type: "Integer[1]", Description: "How many nodes go first.", Default: 1},
			"password": {Type: "Optional[Sensitive[String]]", Description: "A secret that the command needs.", Default: Undef},
		},
		Run: func(run PlanRun) Script {
			targets := Targets(run.Params["nodes"])
			canaries := min(int(number(run.Params, "canary", 1)), len(targets))
			command := text(run.Params, "command", "whoami")
			steps := []Step{commandStep(command, targets[:canaries])}
			if canaries < len(targets) {
				steps = append(steps, commandStep(command, targets[canaries:]))
			}
			return Script{Steps: steps, Result: flatten}
		},
	}
}

// commandStep is a step that runs a command.
func commandStep(command string, targets []string) Step {
	return Step{Job: &JobStep{
		Type: "plan_command", Object: command, Targets: targets,
		Run: func(TaskRun) Outcome {
			return Outcome{Result: map[string]any{
				"stdout": "root\n", "stderr": "", "merged_output": "root\n", "exit_code": 0,
			}}
		},
	}}
}

// canaryRandomPlan has no metadata, and calls another plan.
func canaryRandomPlan() Plan {
	return Plan{
		Name:       "canary::random",
		NoMetadata: true,
		Run: func(run PlanRun) Script {
			targets := Targets(run.Params["nodes"])
			inner := []Step{{Pause: 500 * time.Millisecond}}
			if len(targets) > 0 {
				inner = append(inner, commandStep("whoami", targets))
			}
			return Script{Steps: []Step{{Plan: &PlanStep{Name: "canary", Steps: inner}}}, Result: flatten}
		},
	}
}

// firewallPlan applies Puppet code to targets.
func firewallPlan() Plan {
	return Plan{
		Name:        "profile::firewall",
		Description: "Apply the firewall profile",
		Parameters: map[string]Parameter{
			"targets":  {Type: "TargetSpec", Description: "Where to run"},
			"noop":     {Type: "Boolean", Default: false},
			"anything": {Type: "Any"},
		},
		Run: func(run PlanRun) Script {
			targets := Targets(run.Params["targets"])
			noop := run.Params["noop"] == true
			return Script{
				Steps: []Step{
					{Job: &JobStep{Type: "plan_apply_prep", Object: "apply_prep", Targets: targets}},
					{Job: &JobStep{Type: "plan_apply", Object: "apply", Targets: targets, Noop: noop, Run: applyOutcome}},
				},
				Result: func(results []JobResult) any { return results[len(results)-1] },
			}
		},
	}
}

// applyOutcome is the result of a Puppet run within a plan, where noop is a Boolean and not an object.
func applyOutcome(run TaskRun) Outcome {
	return Outcome{Result: map[string]any{
		"noop":   run.Noop,
		"status": "unchanged",
		"metrics": map[string]any{
			"corrective_change": 0, "out_of_sync": 0, "restarted": 0, "skipped": 0, "total": 42, "changed": 0, "scheduled": 0,
			"failed_to_restart": 0, "failed": 0,
		},
	}}
}

// examplePlan prints a message and returns its parameters.
func examplePlan() Plan {
	return Plan{
		Name:        "example_plan",
		Description: "Print a message and look at targets",
		Parameters: map[string]Parameter{
			"message":        {Type: "Optional[String]", Description: "What to print.", Default: Undef},
			"example_object": {Type: "Any", Description: "Something to return.", Default: Undef},
			"targets":        {Type: "Optional[TargetSpec]", Description: "Where to look.", Default: Undef},
			"more_targets":   {Type: "Optional[TargetSpec]", Description: "Where else to look.", Default: Undef},
		},
		Run: func(run PlanRun) Script {
			var steps []Step
			message := text(run.Params, "message", "")
			if message != "" {
				steps = append(steps, Step{Message: message})
			}
			targets := Targets([]any{run.Params["targets"], run.Params["more_targets"]})
			if len(targets) > 0 {
				steps = append(steps, gatherFacts(targets))
			}
			return Script{Steps: steps, Result: func([]JobResult) any {
				return map[string]any{
					"message": message, "example_object": run.Params["example_object"], "targets": append([]string{}, targets...),
				}
			}}
		},
	}
}

// packageInstallPlan has no metadata.
func packageInstallPlan() Plan {
	return Plan{
		Name:       "package::install",
		NoMetadata: true,
		Run: func(PlanRun) Script {
			return Script{
				Steps:  []Step{{Pause: time.Second}},
				Result: func([]JobResult) any { return map[string]any{"output": "test\n"} },
			}
		},
	}
}

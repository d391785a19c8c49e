// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"maps"
	"math"
	"slices"
	"time"
)

// simulateTask is the task whose parameters decide how it ends, node by node.
func simulateTask() Task {
	certnames := func(description string) Parameter {
		return Parameter{Type: "Optional[Array[String[1]]]", Description: description}
	}
	return Task{
		Name:         "simulate",
		Description:  "Do nothing, in a way that the parameters decide",
		SupportsNoop: true,
		InputMethod:  "stdin",
		Parameters: map[string]Parameter{
			"duration":         {Type: "Optional[Numeric]", Description: "Seconds that a node takes.", Default: 1},
			"fail_on":          certnames("Nodes on which the task fails."),
			"error_on":         certnames("Nodes that cannot run the task."),
			"skip_on":          certnames("Nodes that are skipped."),
			"hang_on":          certnames("Nodes that never report back."),
			"exitcode":         {Type: "Optional[Integer]", Description: "Exit code of a failure; on all nodes unless fail_on is given."},
			"message":          {Type: "Optional[String]", Description: "What a failure prints on stderr."},
			"output":           {Type: "Optional[String]", Description: "What the task prints on stdout."},
			"data":             {Type: "Optional[Hash]", Description: "Structured result."},
			"secret":           {Type: "Optional[Sensitive[String]]", Description: "A secret that the server must not show.", Sensitive: true},
			"sensitive_output": {Type: "Optional[String]", Description: "Output that the task marks as sensitive."},
			"mode":             {Type: "Optional[Enum[fast, slow]]", Description: "slow doubles the duration.", Default: "fast"},
		},
		Run: simulate,
	}
}

func simulate(run TaskRun) Outcome {
	p := run.Params
	seconds := number(p, "duration", 1)
	if p["mode"] == "slow" {
		seconds *= 2
	}
	outcome := Outcome{State: Finished, Duration: max(secondsToDuration(seconds), time.Millisecond)}
	switch {
	case lists(p, "hang_on", run):
		outcome.Hang = true
	case lists(p, "error_on", run):
		outcome.State, outcome.Message = Errored, text(p, "message", "The agent on this node could not run the task")
	case lists(p, "skip_on", run):
		outcome.State, outcome.Message = Skipped, text(p, "message", "Skipped")
	case fails(run):
		outcome.State = Failed
		outcome.Result = taskError(exitCode(p), text(p, "message", "simulated failure on "+run.Node.Certname))
		addData(outcome.Result, run)
	default:
		outcome.Result = map[string]any{}
		addData(outcome.Result, run)
		addOutput(outcome.Result, run)
	}
	return outcome
}

// secondsToDuration converts any number of seconds.
func secondsToDuration(seconds float64) time.Duration {
	return time.Duration(math.Min(seconds*float64(time.Second), float64(math.MaxInt64/2)))
}

// lists reports whether the node is among those that a parameter names.
func lists(params map[string]any, name string, run TaskRun) bool {
	return slices.Contains(Targets(params[name]), run.Node.Certname)
}

// fails reports whether the task fails on the node: if fail_on names it, or everywhere for an exit code alone.
func fails(run TaskRun) bool {
	if _, named := run.Params["fail_on"]; named {
		return lists(run.Params, "fail_on", run)
	}
	return number(run.Params, "exitcode", 0) != 0
}

// exitCode returns the exit code of a failure, which is never 0.
func exitCode(params map[string]any) int {
	if code := int(number(params, "exitcode", 1)); code != 0 {
		return code
	}
	return 1
}

func addData(result map[string]any, run TaskRun) {
	if data, ok := run.Params["data"].(map[string]any); ok {
		maps.Copy(result, data)
	}
}

func addOutput(result map[string]any, run TaskRun) {
	if run.Noop {
		result["noop"] = true
	}
	if secret, ok := run.Params["sensitive_output"].(string); ok {
		result["_sensitive"] = secret
	}
	output, printed := run.Params["output"].(string)
	if printed || len(result) == 0 {
		result["_output"] = output
	}
}

// simulatePlan is the plan whose parameters decide how it ends.
func simulatePlan() Plan {
	return Plan{
		Name:        "simulate::plan",
		Description: "Do nothing, in a way that the parameters decide",
		Parameters: map[string]Parameter{
			"targets":    {Type: "Optional[TargetSpec]", Description: "Where the task runs.", Default: Undef},
			"duration":   {Type: "Optional[Numeric]", Description: "Seconds that the plan takes, besides its task.", Default: 1},
			"fail":       {Type: "Boolean", Description: "Whether the plan ends in failure.", Default: false},
			"error_kind": {Type: "Optional[String[1]]", Description: "Kind of the failure.", Default: Undef},
			"result":     {Type: "Any", Description: "What the plan returns.", Default: Undef},
			"message":    {Type: "Optional[String]", Description: "What the plan prints, and the text of a failure.", Default: Undef},
			"password":   {Type: "Optional[Sensitive[String]]", Description: "A secret that the server must not show.", Default: Undef},
			"task":       {Type: "Optional[String[1]]", Description: "A task to run on the targets.", Default: Undef},
			"params":     {Type: "Optional[Hash]", Description: "Parameters of that task.", Default: Undef},
			"fail_on":    {Type: "Optional[Array[String[1]]]", Description: "Nodes on which the task simulate fails.", Default: Undef},
		},
		Run: runSimulatePlan,
	}
}

func runSimulatePlan(run PlanRun) Script {
	p := run.Params
	var steps []Step
	message := text(p, "message", "")
	if message != "" {
		steps = append(steps, Step{Message: message})
	}
	if task := text(p, "task", ""); task != "" {
		steps = append(steps, Step{Job: &JobStep{
			Type: "plan_task", Task: task, Targets: Targets(p["targets"]), Params: simulatePlanParams(p, task),
		}})
	}
	steps = append(steps, Step{Pause: secondsToDuration(number(p, "duration", 1))})
	if p["fail"] == true {
		if message == "" {
			message = "The plan failed as it was told to"
		}
		steps = append(steps, Step{Fail: &PlanError{
			Kind: text(p, "error_kind", "bolt/plan-failure"), Msg: message, Details: map[string]any{},
		}})
	}
	return Script{Steps: steps, Result: func([]JobResult) any { return p["result"] }}
}

// simulatePlanParams returns the parameters of the plan's task. The task simulate takes no time of its own, so the plan takes as long as
// requested.
func simulatePlanParams(p map[string]any, task string) map[string]any {
	params := map[string]any{}
	if task == "simulate" {
		params["duration"] = 0
		if failOn, ok := p["fail_on"]; ok && failOn != nil {
			params["fail_on"] = failOn
		}
	}
	if given, ok := p["params"].(map[string]any); ok {
		maps.Copy(params, given)
	}
	return params
}

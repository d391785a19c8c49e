// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"strings"
	"time"
)

// Plan is a plan with its metadata and its effect.
type Plan struct {
	// Name is the full name, such as facts::info.
	Name        string
	Description string
	// Parameters are the parameters by name. Nil accepts any.
	Parameters map[string]Parameter
	// NoMetadata is true when nothing is known about the plan's parameters.
	NoMetadata bool
	// Run returns what the plan does; nil takes a second and results in null. It must not call the simulator.
	Run func(PlanRun) Script

	signature signature
}

// PlanRun is a run of a plan.
type PlanRun struct {
	// Params are the parameters with defaults added; numbers are json.Number.
	Params map[string]any
}

// Script is what a plan's run does.
type Script struct {
	Steps []Step
	// Result returns the plan's result from those of its jobs, in order; nil means null.
	Result func([]JobResult) any
}

// Step is one step of a plan. Exactly one of its fields is set.
type Step struct {
	// Message is what the plan prints with out::message.
	Message string
	// Pause is time that the plan spends on its own.
	Pause time.Duration
	// Job is work on targets.
	Job *JobStep
	// Plan is a call of another plan.
	Plan *PlanStep
	// Fail makes the plan fail.
	Fail *PlanError
}

// JobStep starts a job and waits for it.
type JobStep struct {
	// Type is the type of the job: plan_task, plan_command, plan_script, plan_upload, plan_wait, plan_apply or
	// plan_apply_prep.
	Type string
	// Task is the task to run, for a job of the type plan_task.
	Task string
	// Object is what a job of another type works on: the command, the script, the file.
	Object  string
	Targets []string
	Params  map[string]any
	Noop    bool
	// Run returns what the work does on one node, for a job of another type than plan_task.
	Run func(TaskRun) Outcome
	// CatchErrors lets the plan continue when nodes fail.
	CatchErrors bool
}

// PlanStep is a call of another plan. It gets no plan job of its own, only events around its steps.
type PlanStep struct {
	Name  string
	Steps []Step
}

// PlanError is the result of a failed plan.
type PlanError struct {
	Kind    string         `json:"kind"`
	Msg     string         `json:"msg"`
	Details map[string]any `json:"details"`
}

// JobResult is the result of a job that a plan started: one entry for each target.
type JobResult []TargetResult

// TargetResult is the result of work on one target.
type TargetResult struct {
	Target string `json:"target"`
	Action string `json:"action"`
	Object string `json:"object"`
	Status string `json:"status"`
	Value  any    `json:"value"`
}

// Resolve checks parameters against the metadata and adds defaults.
func (p *Plan) Resolve(params map[string]any) (map[string]any, *ParameterError) {
	return p.signature.resolve(params)
}

// Split separates the parameters that may be shown from the names of the sensitive ones.
func (p *Plan) Split(params map[string]any) (shown map[string]any, hidden []string) {
	return p.signature.split(params)
}

// Execute returns what a run does.
func (p *Plan) Execute(run PlanRun) Script {
	if p.Run == nil {
		return Script{Steps: []Step{{Pause: time.Second}}}
	}
	return p.Run(run)
}

// PlanMetadata is what /plans reports about a plan's parameters.
type PlanMetadata struct {
	Description string                       `json:"description,omitempty"`
	Parameters  map[string]ParameterMetadata `json:"parameters,omitempty"`
}

// Metadata returns the plan's metadata, which is empty for a plan without any.
func (p *Plan) Metadata() PlanMetadata {
	if p.NoMetadata {
		return PlanMetadata{}
	}
	m := PlanMetadata{Description: p.Description}
	if len(p.Parameters) > 0 {
		m.Parameters = make(map[string]ParameterMetadata, len(p.Parameters))
	}
	for name, parameter := range p.Parameters {
		dataType := parameter.Type
		if dataType == "" {
			dataType = "Any"
		}
		m.Parameters[name] = ParameterMetadata{
			Type: dataType, Description: parameter.Description, DefaultValue: parameter.Default,
			Sensitive: p.signature.sensitive(name),
		}
	}
	return m
}

// Targets returns the names in a TargetSpec value: a string of names separated by commas, or a list of such, each name once.
func Targets(value any) []string {
	var names []string
	seen := make(map[string]struct{})
	collectTargets(value, func(name string) {
		if _, again := seen[name]; !again {
			seen[name] = struct{}{}
			names = append(names, name)
		}
	})
	return names
}

func collectTargets(value any, add func(string)) {
	switch v := value.(type) {
	case string:
		for name := range strings.SplitSeq(v, ",") {
			if name = strings.TrimSpace(name); name != "" {
				add(name)
			}
		}
	case []string:
		for _, name := range v {
			collectTargets(name, add)
		}
	case []any:
		for _, item := range v {
			collectTargets(item, add)
		}
	}
}

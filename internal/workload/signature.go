// SPDX-License-Identifier: MPL-2.0

package workload

import (
	"encoding/json"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/puppettype"
)

// runKind is what a resource runs.
type runKind string

const (
	// RunsTask is a task.
	RunsTask runKind = "task"
	// RunsPlan is a plan.
	RunsPlan runKind = "plan"
	// RunsPuppet is a run of Puppet, which has an environment and no name.
	RunsPuppet runKind = "deploy"
)

// signature is what a task or plan accepts according to its metadata.
type signature struct {
	// parameters is nil where the metadata does not declare parameters. Anything is accepted then.
	parameters map[string]parameter
	// supportsNoop is true for tasks that declare it.
	supportsNoop bool
	// problem says what of the metadata could not be read.
	problem string
}

// parameter is one parameter of a task or plan.
type parameter struct {
	puppetType  puppettype.Type
	description string
	sensitive   bool
	// hasDefault is true when the parameter may be left out, and byDefault what it is then.
	hasDefault bool
	byDefault  json.RawMessage
	// ofPlan tells that it is one of a plan. Puppet calls those by other rules than tasks: without a default it has to be given,
	// whatever its type, and null stands for the default of one that has it.
	ofPlan bool
}

// required reports whether the parameter has to be given.
func (p parameter) required() bool {
	return !p.hasDefault && (p.ofPlan || !p.puppetType.AcceptsUndef())
}

// takesNull reports whether null can be given for the parameter, as its value or in the place of its default.
func (p parameter) takesNull() bool { return p.ofPlan && p.hasDefault || p.puppetType.AcceptsUndef() }

func taskSignature(task orchestrator.Task) signature {
	s := signature{supportsNoop: task.Metadata.SupportsNoop, problem: task.MetadataProblem()}
	if task.Metadata.Parameters == nil {
		return s
	}
	s.parameters = make(map[string]parameter, len(task.Metadata.Parameters))
	for name, p := range task.Metadata.Parameters {
		s.parameters[name] = newParameter(p.Type, p.Description, p.Default, p.Sensitive)
	}
	return s
}

func planSignature(plan orchestrator.Plan) signature {
	if plan.Parameters == nil {
		return signature{}
	}
	s := signature{parameters: make(map[string]parameter, len(plan.Parameters))}
	for name, p := range plan.Parameters {
		found := newParameter(p.Type, p.Description, p.Default, p.Sensitive)
		found.ofPlan = true
		s.parameters[name] = found
	}
	return s
}

// newParameter parses a parameter's type. A type that cannot be parsed accepts anything, because the server may know better.
func newParameter(puppetType, description string, byDefault json.RawMessage, isSensitive bool) parameter {
	parsed, err := puppettype.Parse(puppetType)
	if err != nil {
		parsed = puppettype.Type{}
	}
	return parameter{
		puppetType:  parsed,
		description: strings.TrimSpace(description),
		sensitive:   isSensitive || parsed.Sensitive(),
		hasDefault:  byDefault != nil,
		byDefault:   byDefault,
	}
}

// segmentsOf are the parts of the full name of a task or plan.
func segmentsOf(name string) []string { return strings.Split(name, "::") }

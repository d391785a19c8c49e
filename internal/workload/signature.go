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
)

// signature is what a task or plan accepts according to its metadata.
type signature struct {
	// parameters is nil where the metadata does not declare parameters. Anything is accepted then.
	parameters map[string]parameter
	// supportsNoop is true for tasks that declare it.
	supportsNoop bool
}

// parameter is one parameter of a task or plan.
type parameter struct {
	puppetType  puppettype.Type
	description string
	sensitive   bool
	// hasDefault is true when the parameter may be left out.
	hasDefault bool
	// nullIsAbsent is true when null is the same as leaving it out, so that the default applies, as in plans.
	nullIsAbsent bool
}

// required reports whether the parameter is required.
func (p parameter) required() bool { return !p.hasDefault && !p.puppetType.AcceptsUndef() }

func taskSignature(task orchestrator.Task) signature {
	s := signature{supportsNoop: task.Metadata.SupportsNoop}
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
		found.nullIsAbsent = found.hasDefault
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
	}
}

// segmentsOf are the parts of the full name of a task or plan.
func segmentsOf(name string) []string { return strings.Split(name, "::") }

// SPDX-License-Identifier: MPL-2.0

// Package codebase holds the code that the simulated PE has deployed: environments with their tasks and plans, their metadata, and what
// they do when they run.
package codebase

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Codebase holds all code by environment. It is not safe for concurrent use.
type Codebase struct {
	environments map[string]*Environment
}

// Environment is the code of one environment.
type Environment struct {
	Name string
	// CodeID names the deployed version of the code; empty where there is none.
	CodeID string
	// OneTimeRuns is true when nodes of other environments may run in this one, as PE's node group "Development one-time run exception"
	// allows for the environment development.
	OneTimeRuns bool

	tasks        map[string]*Task
	plans        map[string]*Plan
	applications map[string]*Application
	classes      map[string][]string
	// fresh are classes that were deployed and that the classifier has not read yet.
	fresh map[string][]string
}

// New returns a codebase without environments.
func New() *Codebase {
	return &Codebase{environments: make(map[string]*Environment)}
}

// Ensure returns the environment with a name and creates it if it does not exist.
func (c *Codebase) Ensure(name string) *Environment {
	e, ok := c.environments[name]
	if !ok {
		e = &Environment{
			Name: name, tasks: make(map[string]*Task), plans: make(map[string]*Plan), applications: make(map[string]*Application),
			classes: make(map[string][]string), fresh: make(map[string][]string),
		}
		c.environments[name] = e
	}
	return e
}

// Environment returns the environment with a name.
func (c *Codebase) Environment(name string) (*Environment, bool) {
	e, ok := c.environments[name]
	return e, ok
}

// Environments returns all environments by name.
func (c *Codebase) Environments() []*Environment {
	return byName(c.environments)
}

// Tasks returns the environment's tasks by name.
func (e *Environment) Tasks() []*Task { return byName(e.tasks) }

// Plans returns the environment's plans by name.
func (e *Environment) Plans() []*Plan { return byName(e.plans) }

// Task returns a task by name.
func (e *Environment) Task(name string) (*Task, bool) {
	t, ok := e.tasks[name]
	return t, ok
}

// Plan returns a plan by name.
func (e *Environment) Plan(name string) (*Plan, bool) {
	p, ok := e.plans[name]
	return p, ok
}

// AddTask deploys a task, replacing one with the same name.
func (e *Environment) AddTask(t Task) {
	t.signature = newSignature(t.Parameters, t.NoMetadata, ofTasks)
	e.tasks[t.Name] = &t
}

// AddPlan deploys a plan, replacing one with the same name.
func (e *Environment) AddPlan(p Plan) {
	p.signature = newSignature(p.Parameters, p.NoMetadata, ofPlans)
	e.plans[p.Name] = &p
}

// AddClass adds a class with the names of its parameters.
func (e *Environment) AddClass(name string, parameters ...string) { e.classes[name] = parameters }

// DeployClass adds a class that the classifier does not know before it reads the code again.
func (e *Environment) DeployClass(name string, parameters ...string) { e.fresh[name] = parameters }

// UpdateClasses has the classifier read the code: it knows what was deployed.
func (e *Environment) UpdateClasses() {
	maps.Copy(e.classes, e.fresh)
	clear(e.fresh)
}

// RemoveClass removes a class.
func (e *Environment) RemoveClass(name string) { delete(e.classes, name) }

// Classes returns the names of the classes that the classifier knows, in order.
func (e *Environment) Classes() []string { return slices.Sorted(maps.Keys(e.classes)) }

// Class returns the names of a class's parameters.
func (e *Environment) Class(name string) (parameters []string, ok bool) {
	parameters, ok = e.classes[name]
	return parameters, ok
}

func byName[T any](named map[string]T) []T {
	values := make([]T, 0, len(named))
	for _, name := range slices.SortedFunc(maps.Keys(named), cmp.Compare[string]) {
		values = append(values, named[name])
	}
	return values
}

var (
	segment         = regexp.MustCompile(`\A[a-z][a-z0-9_]*\z`)
	environmentName = regexp.MustCompile(`\A[A-Za-z0-9_-]+\z`)
)

// ValidEnvironmentName tells whether a name can be that of an environment: word characters and, as in PE's own examples, hyphens.
func ValidEnvironmentName(name string) bool { return environmentName.MatchString(name) }

// ValidTaskName reports whether a name can be that of a task: one or two segments.
func ValidTaskName(name string) bool {
	segments := strings.Split(name, "::")
	return len(segments) <= 2 && validSegments(segments)
}

// ValidPlanName reports whether a name can be that of a plan: one or more segments, none of which is a reserved word or the name of a data
// type.
func ValidPlanName(name string) bool {
	segments := strings.Split(name, "::")
	return validSegments(segments) && !slices.ContainsFunc(segments, reserved)
}

func validSegments(segments []string) bool {
	return !slices.ContainsFunc(segments, func(s string) bool { return !segment.MatchString(s) })
}

// reserved reports whether a word is reserved in the Puppet language.
func reserved(word string) bool {
	switch word {
	case "and", "application", "attr", "case", "component", "consumes", "default", "define", "elsif", "environment", "false",
		"function", "if", "import", "in", "inherits", "node", "or", "private", "produces", "site", "true", "type", "undef",
		"unless":
		return true
	case "any", "array", "boolean", "catalogentry", "class", "collection", "callable", "data", "enum", "float", "hash",
		"integer", "numeric", "optional", "pattern", "resource", "runtime", "scalar", "string", "struct", "tuple", "variant":
		return true
	default:
		return false
	}
}

// Path returns the path of a task or plan below /tasks or /plans: its segments, with init for the one that is named like its module.
func Path(name string) string {
	if !strings.Contains(name, "::") {
		return name + "/init"
	}
	return strings.ReplaceAll(name, "::", "/")
}

// NameOf returns the name for a path, the reverse of Path.
func NameOf(module string, rest ...string) string {
	if len(rest) == 1 && rest[0] == "init" {
		return module
	}
	return strings.Join(append([]string{module}, rest...), "::")
}

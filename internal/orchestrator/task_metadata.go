// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/visible"
)

// TaskMetadata is what a task's JSON file says. All of it is optional. People write that file, and PE passes it on as it is, so that
// it is read part by part: what is wrong in one part is told, and the others are read all the same.
type TaskMetadata struct {
	Description string
	// Parameters is nil when the task says nothing about its parameters, which is not the same as having none.
	Parameters        map[string]TaskParameter
	InputMethod       string
	SupportsNoop      bool
	Private           bool
	PuppetTaskVersion int64
	Implementations   []TaskImplementation
	// Files are the files of modules that the task needs beside its own.
	Files []string
	// Remote tells that the task runs for targets that have no agent, on another machine.
	Remote bool
	// Extensions are for other programs than PE. Nil when there are none.
	Extensions json.RawMessage

	// Problems say what could not be read, such as: `private` is not true or false.
	Problems []string
}

// TaskParameter is one parameter of a task.
type TaskParameter struct {
	// Type is a Puppet data type, "" when the task does not say.
	Type        string
	Description string
	// Default is nil when there is none.
	Default   json.RawMessage
	Sensitive bool
}

// TaskImplementation is one of the files of a task that runs on several platforms.
type TaskImplementation struct {
	Name         string
	Requirements []string
	InputMethod  string
}

// MetadataProblem says what of the task's metadata could not be read, and where to mend it, or "".
func (t Task) MetadataProblem() string {
	if len(t.Metadata.Problems) == 0 {
		return ""
	}
	path := objectPath(t.Name)
	return fmt.Sprintf("Puppet Enterprise passes on what the file tasks/%s.json of the module %s says, and in it, %s. What cannot be read "+
		"is ignored. Correct the file and deploy the code again.", visible.Line(path[len(path)-1], visible.LongestName),
		visible.Line(path[0], visible.LongestName), visible.Line(strings.Join(t.Metadata.Problems, ", "), visible.LongestLine))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (m *TaskMetadata) UnmarshalJSON(data []byte) error {
	*m = TaskMetadata{}
	if isNull(data) {
		return nil
	}
	p := part{problems: &m.Problems}.read("metadata", data)
	m.Description = p.text("description")
	m.InputMethod = p.text("input_method")
	m.SupportsNoop = p.flag("supports_noop")
	m.Private = p.flag("private")
	m.Remote = p.flag("remote")
	m.PuppetTaskVersion = int64(member[number](p, "puppet_task_version", "a number").value)
	m.Files = p.texts("files")
	if extensions := p.members["extensions"]; !isNull(extensions) {
		m.Extensions = extensions
	}
	parameters := member[map[string]json.RawMessage](p, "parameters", "an object")
	if parameters != nil {
		m.Parameters = make(map[string]TaskParameter, len(parameters))
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		m.Parameters[name] = parameterIn(p.inner("parameters."+name, parameters[name]))
	}
	for i, raw := range member[[]json.RawMessage](p, "implementations", "a list") {
		one := p.inner(fmt.Sprintf("implementations[%d]", i), raw)
		m.Implementations = append(m.Implementations, TaskImplementation{
			Name: one.text("name"), Requirements: one.texts("requirements"), InputMethod: one.text("input_method"),
		})
	}
	return nil
}

func parameterIn(p part) TaskParameter {
	parameter := TaskParameter{Type: p.text("type"), Description: p.text("description"), Sensitive: p.flag("sensitive")}
	if value, ok := p.members["default"]; ok {
		parameter.Default = value
	}
	return parameter
}

// part is metadata or an object within them. Its problems are those of the whole.
type part struct {
	members  map[string]json.RawMessage
	name     string
	problems *[]string
}

// inner is an object within a part. What is not an object has no members.
func (p part) inner(name string, raw json.RawMessage) part {
	p.name = name + "."
	return p.read(name, raw)
}

// read reads the members of a part.
func (p part) read(name string, raw json.RawMessage) part {
	p.members = nil
	if json.Unmarshal(raw, &p.members) != nil {
		p.wrong(name, "an object")
	}
	return p
}

func (p part) wrong(name, wanted string) {
	*p.problems = append(*p.problems, fmt.Sprintf("`%s` is not %s", name, wanted))
}

func (p part) text(name string) string { return string(member[text](p, name, "a string")) }

func (p part) flag(name string) bool { return member[boolean](p, name, "true or false").value }

func (p part) texts(name string) []string { return member[[]string](p, name, "a list of strings") }

// member reads a member of a part. It is the zero value when it is not there or cannot be read.
func member[T any](p part, name, wanted string) (value T) {
	if isNull(p.members[name]) {
		return value
	}
	if json.Unmarshal(p.members[name], &value) != nil {
		p.wrong(p.name+name, wanted)
		var none T
		return none
	}
	return value
}

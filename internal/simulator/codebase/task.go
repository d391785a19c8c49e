// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/pdbquery"
)

// Task is a task with its metadata and its effect.
type Task struct {
	// Name is the full name, such as package or mysql::sql.
	Name        string
	Description string
	// Parameters are the parameters by name. Nil accepts any.
	Parameters   map[string]Parameter
	SupportsNoop bool
	Private      bool
	// Remote tells that the task runs for targets without an agent, on another machine.
	Remote bool
	// InputMethod is environment, stdin or powershell; empty leaves it out of the metadata.
	InputMethod     string
	Implementations []Implementation
	Extensions      map[string]any
	// NoMetadata is true when the task has no metadata file: nothing is known about it, and it accepts any parameters.
	NoMetadata bool
	// MetadataFile is the JSON of the metadata file where that is not what the other fields say; it is passed on as it is.
	MetadataFile string
	// Files are the names of the task's files; nil stands for one file named like the task.
	Files []string
	// Run returns what the task does on one node; nil succeeds and prints nothing. The server calls it in the middle of its work: it must not
	// call the simulator, and should always return the same.
	Run func(TaskRun) Outcome

	signature signature
}

// Implementation is one of a task's implementations for different platforms.
type Implementation struct {
	Name         string   `json:"name"`
	Requirements []string `json:"requirements"`
	InputMethod  string   `json:"input_method,omitempty"`
}

// TaskRun is the run of a task on one node.
type TaskRun struct {
	Node *pdbquery.Node
	// Params are the parameters with defaults added; numbers are json.Number.
	Params map[string]any
	Noop   bool
}

// State is how a run on one node ended.
type State string

// How a run can end.
const (
	Finished State = "finished"
	Failed   State = "failed"
	Errored  State = "errored"
	Skipped  State = "skipped"
)

// Outcome is what a run does on one node.
type Outcome struct {
	// State is how the run ends; empty means finished.
	State State
	// Result is the node's result; nil for nodes that are skipped.
	Result map[string]any
	// Message says why a node errored or was skipped.
	Message string
	// Duration is how long the run takes at time scale 1; 0 leaves it to the node.
	Duration time.Duration
	// Hang is true when the node never reports back.
	Hang bool
}

// Resolve checks parameters against the metadata and adds defaults.
func (t *Task) Resolve(params map[string]any) (map[string]any, *ParameterError) {
	return t.signature.resolve(params)
}

// Split separates the parameters that may be shown from the names of the sensitive ones.
func (t *Task) Split(params map[string]any) (shown map[string]any, hidden []string) {
	return t.signature.split(params)
}

// Execute returns what the task does on one node.
func (t *Task) Execute(run TaskRun) Outcome {
	if t.Run == nil {
		return Outcome{State: Finished, Result: map[string]any{"_output": ""}}
	}
	return t.Run(run)
}

// Metadata is the content of a task's metadata file.
type Metadata struct {
	Description     string                       `json:"description,omitempty"`
	Private         bool                         `json:"private,omitempty"`
	SupportsNoop    bool                         `json:"supports_noop,omitempty"`
	Remote          bool                         `json:"remote,omitempty"`
	InputMethod     string                       `json:"input_method,omitempty"`
	Parameters      map[string]ParameterMetadata `json:"parameters,omitempty"`
	Extensions      map[string]any               `json:"extensions,omitempty"`
	Implementations []Implementation             `json:"implementations,omitempty"`
}

// ParameterMetadata describes a parameter. Tasks call the default default, plans default_value.
type ParameterMetadata struct {
	Type         string `json:"type,omitempty"`
	Description  string `json:"description,omitempty"`
	Default      any    `json:"default,omitempty"`
	DefaultValue any    `json:"default_value,omitempty"`
	Sensitive    bool   `json:"sensitive,omitempty"`
}

// Metadata returns the task's metadata, which is empty for a task without any.
func (t *Task) Metadata() any {
	switch {
	case t.NoMetadata:
		return Metadata{}
	case t.MetadataFile != "":
		return json.RawMessage(t.MetadataFile)
	}
	m := Metadata{
		Description: t.Description, Private: t.Private, SupportsNoop: t.SupportsNoop, Remote: t.Remote, InputMethod: t.InputMethod,
		Extensions: t.Extensions, Implementations: t.Implementations,
	}
	if len(t.Parameters) > 0 {
		m.Parameters = make(map[string]ParameterMetadata, len(t.Parameters))
	}
	for name, p := range t.Parameters {
		m.Parameters[name] = ParameterMetadata{
			Type: p.Type, Description: p.Description, Default: p.Default, Sensitive: t.signature.sensitive(name),
		}
	}
	return m
}

// File is a file of a task as /tasks describes it.
type File struct {
	Filename  string  `json:"filename"`
	URI       FileURI `json:"uri"`
	SHA256    string  `json:"sha256"`
	SizeBytes int     `json:"size_bytes"`
}

// FileURI says where the file server has a file.
type FileURI struct {
	Path   string     `json:"path"`
	Params FileParams `json:"params"`
}

// FileParams are the parameters of a file's address.
type FileParams struct {
	Environment string `json:"environment"`
}

// FilesIn describes the task's files in an environment.
func (t *Task) FilesIn(environment string) []File {
	module, base, _ := strings.Cut(t.Name, "::")
	names := t.Files
	if names == nil {
		if base == "" {
			base = "init"
		}
		names = []string{base + ".rb"}
	}
	files := make([]File, len(names))
	for i, name := range names {
		path := "/" + module + "/tasks/" + name
		sum := sha256.Sum256([]byte(path))
		files[i] = File{
			Filename:  name,
			URI:       FileURI{Path: path, Params: FileParams{Environment: environment}},
			SHA256:    hex.EncodeToString(sum[:]),
			SizeBytes: 200 + len(path),
		}
	}
	return files
}

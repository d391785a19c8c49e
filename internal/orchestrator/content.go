// SPDX-License-Identifier: MPL-2.0

package orchestrator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/jsonlist"
)

// Task is a task with its metadata, as GET /tasks/:module/:task returns it.
type Task struct {
	// Name is the full name. The default task of a module has the module's name.
	Name        string
	Environment string
	// CodeID is the version of the environment's code, "" where code is not deployed by PE.
	CodeID   string
	Metadata TaskMetadata
	Files    []TaskFile
}

// TaskFile is a file of a task.
type TaskFile struct {
	Filename string `json:"filename"`
	// URI is where an agent gets the file from the primary server.
	URI       TaskFileURI `json:"uri"`
	SHA256    string      `json:"sha256"`
	SizeBytes int64       `json:"size_bytes"`
}

// TaskFileURI is where a file of a task is.
type TaskFileURI struct {
	Path   string `json:"path"`
	Params struct {
		Environment string `json:"environment"`
	} `json:"params"`
}

type taskWire struct {
	Name        string       `json:"name"`
	Environment code         `json:"environment"`
	Metadata    TaskMetadata `json:"metadata"`
	Files       []TaskFile   `json:"files"`
}

// code is the environment that something was loaded from.
type code struct {
	Name   string `json:"name"`
	CodeID string `json:"code_id"`
}

// Plan is a plan with its metadata, as GET /plans/:module/:plan returns it.
type Plan struct {
	// Name is the full name. The default plan of a module has the module's name.
	Name        string
	Environment string
	// CodeID is "" on every server so far (PE 2019.8).
	CodeID      string
	Description string
	// Parameters is nil when the plan does not declare its parameters.
	Parameters map[string]PlanParameter
	// Permitted is true when the caller may run the plan.
	Permitted bool
}

// PlanParameter is one parameter of a plan.
type PlanParameter struct {
	// Type is a Puppet data type. Parameters without one report Any.
	Type        string `json:"type"`
	Description string `json:"description"`
	// Default is nil when there is none.
	Default   json.RawMessage `json:"default_value"`
	Sensitive bool            `json:"sensitive"`
}

type planWire struct {
	Name        string `json:"name"`
	Environment code   `json:"environment"`
	Permitted   bool   `json:"permitted"`
	Metadata    struct {
		Description string                   `json:"description"`
		Parameters  map[string]PlanParameter `json:"parameters"`
	} `json:"metadata"`
}

// PlanSummary is a plan in GET /plans.
type PlanSummary struct {
	Name      string `json:"name"`
	Permitted bool   `json:"permitted"`
}

// TaskSummary is a task in GET /tasks.
type TaskSummary struct {
	Name string `json:"name"`
	// Permitted tells whether the user of the token may run it. Nil where the server does not say: it was recorded in 2019 and 2020, and is
	// documented nowhere.
	Permitted *bool `json:"permitted"`
}

// TaskList are the tasks of an environment.
type TaskList struct {
	Environment string
	// CodeID is the version of the environment's code, "" where code is not deployed by PE.
	CodeID string
	// Tasks have full names.
	Tasks []TaskSummary
}

// Names returns the names of the tasks.
func (l TaskList) Names() []string {
	names := make([]string, len(l.Tasks))
	for i, task := range l.Tasks {
		names[i] = task.Name
	}
	return names
}

// PlanList are the plans of an environment.
type PlanList struct {
	Environment string
	// CodeID is "" on every server so far (PE 2019.8).
	CodeID string
	Plans  []PlanSummary
}

// codeList is the answer of the lists of tasks and plans.
type codeList[T any] struct {
	environment code
	items       []T
}

// DecodeStream implements [httpapi.StreamDecoder].
func (c *codeList[T]) DecodeStream(r io.Reader) (err error) {
	c.environment = code{}
	c.items, err = jsonlist.AllIn[T](r, map[string]any{"environment": &c.environment}, "items")
	return err
}

// TaskList lists the tasks of an environment. The API has no pages for them (PE 2017.3).
func (c *Client) TaskList(ctx context.Context, environment string) (TaskList, error) {
	var answer codeList[TaskSummary]
	if err := c.get(ctx, &answer, setIf(url.Values{}, "environment", environment), "tasks"); err != nil {
		return TaskList{}, fmt.Errorf("listing the tasks of environment %q: %w", environment, err)
	}
	return TaskList{Environment: answer.environment.Name, CodeID: answer.environment.CodeID, Tasks: answer.items}, nil
}

// TaskURL returns the address of a task, without its environment.
func (c *Client) TaskURL(name string) string {
	return c.URL(append([]string{"tasks"}, objectPath(name)...)...)
}

// PlanURL returns the address of a plan, without its environment.
func (c *Client) PlanURL(name string) string {
	return c.URL(append([]string{"plans"}, objectPath(name)...)...)
}

// Task reads one task of an environment by its full name.
func (c *Client) Task(ctx context.Context, environment, name string) (Task, error) {
	var wire taskWire
	path := append([]string{"tasks"}, objectPath(name)...)
	if err := c.get(ctx, &wire, setIf(url.Values{}, "environment", environment), path...); err != nil {
		return Task{}, fmt.Errorf("reading task %s of environment %q: %w", name, environment, err)
	}
	return Task{
		Name:        wire.Name,
		Environment: wire.Environment.Name,
		CodeID:      wire.Environment.CodeID,
		Metadata:    wire.Metadata,
		Files:       wire.Files,
	}, nil
}

// PlanList lists the plans of an environment. The API has no pages for them (PE 2019.2).
func (c *Client) PlanList(ctx context.Context, environment string) (PlanList, error) {
	var answer codeList[PlanSummary]
	if err := c.get(ctx, &answer, setIf(url.Values{}, "environment", environment), "plans"); err != nil {
		return PlanList{}, fmt.Errorf("listing the plans of environment %q: %w", environment, err)
	}
	return PlanList{Environment: answer.environment.Name, CodeID: answer.environment.CodeID, Plans: answer.items}, nil
}

// Plan reads one plan of an environment by its full name.
func (c *Client) Plan(ctx context.Context, environment, name string) (Plan, error) {
	var wire planWire
	path := append([]string{"plans"}, objectPath(name)...)
	if err := c.get(ctx, &wire, setIf(url.Values{}, "environment", environment), path...); err != nil {
		return Plan{}, fmt.Errorf("reading plan %s of environment %q: %w", name, environment, err)
	}
	return Plan{
		Name:        wire.Name,
		Environment: wire.Environment.Name,
		CodeID:      wire.Environment.CodeID,
		Description: wire.Metadata.Description,
		Parameters:  wire.Metadata.Parameters,
		Permitted:   wire.Permitted,
	}, nil
}

// objectPath turns the full name of a task or plan into path segments: the default one of a module is called init. The path of plans in
// sub-directories (more than two segments) is not documented; each segment becomes one of the path.
func objectPath(name string) []string {
	segments := strings.Split(name, "::")
	if len(segments) == 1 {
		return append(segments, "init")
	}
	return segments
}

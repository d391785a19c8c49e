// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/datatype"
)

// Loaded says what was found in a folder.
type Loaded struct {
	// Tasks and Plans are names.
	Tasks, Plans []string
	// Remarks say what was found and is not understood, one sentence each.
	Remarks []string
}

// Load deploys what a folder has: modules with tasks, as an environment has them, and metadata of plans. It understands
//
//   - MODULE/tasks/NAME.json, the metadata of a task, and files beside it, which are tasks of their own where they have no metadata,
//   - MODULE/plans/NAME.json, the metadata of a plan as /plans has them, and plans themselves (.pp, .yaml), of whose parameters nothing
//     is known,
//   - answers of GET /tasks/:module/:task and GET /plans/:module/:plan, in any file that ends in .json.
//
// A module can be anywhere below the folder. What tasks and plans do is made up: see [LoadedTask] and [LoadedPlan].
func (e *Environment) Load(folder fs.FS) (Loaded, error) {
	l := loader{environment: e, folder: folder, tasks: make(map[string]*Task), plans: make(map[string]*Plan)}
	if err := fs.WalkDir(folder, ".", l.visit); err != nil {
		return Loaded{}, fmt.Errorf("loading content: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(l.tasks)) {
		e.AddTask(LoadedTask(*l.tasks[name]))
		l.found.Tasks = append(l.found.Tasks, name)
		l.remarkOnTypes("task", name, l.tasks[name].Parameters)
	}
	for _, name := range slices.Sorted(maps.Keys(l.plans)) {
		e.AddPlan(LoadedPlan(*l.plans[name]))
		l.found.Plans = append(l.found.Plans, name)
		l.remarkOnTypes("plan", name, l.plans[name].Parameters)
	}
	return l.found, nil
}

// loader collects what a folder has.
type loader struct {
	environment *Environment
	folder      fs.FS
	tasks       map[string]*Task
	plans       map[string]*Plan
	found       Loaded
}

func (l *loader) remark(format string, args ...any) {
	l.found.Remarks = append(l.found.Remarks, fmt.Sprintf(format, args...))
}

// remarkOnTypes remarks on parameters whose types cannot be read. They take every value.
func (l *loader) remarkOnTypes(kind, name string, parameters map[string]Parameter) {
	for _, parameter := range slices.Sorted(maps.Keys(parameters)) {
		if _, err := datatype.Parse(parameters[parameter].Type); err != nil {
			l.remark("%s %s, parameter %s: every value is taken, because of its %v", kind, name, parameter, err)
		}
	}
}

// visit looks at a file.
func (l *loader) visit(file string, entry fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case entry.IsDir() && file != "." && strings.HasPrefix(entry.Name(), "."):
		return fs.SkipDir
	case entry.IsDir() || !entry.Type().IsRegular():
		return nil
	}
	folder := path.Dir(file)
	module, base := path.Base(path.Dir(folder)), strings.TrimSuffix(path.Base(file), path.Ext(file))
	switch kind := path.Base(folder); {
	case kind == "tasks" && path.Dir(folder) != ".":
		return l.taskFile(file, NameOf(module, base))
	case path.Ext(file) == ".json" && kind == "plans" && path.Dir(folder) != ".":
		return l.planFile(file, NameOf(module, base))
	case path.Ext(file) == ".json":
		return l.answer(file)
	case (path.Ext(file) == ".pp" || path.Ext(file) == ".yaml") && strings.Contains("/"+folder+"/", "/plans/"):
		l.plan(file)
	}
	return nil
}

// read decodes a file in JSON.
func (l *loader) read(file string, target any) error {
	content, err := fs.ReadFile(l.folder, file)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// taskFile takes the metadata of a task, or a file of one.
func (l *loader) taskFile(file, name string) error {
	if !ValidTaskName(name) {
		l.remark("%s was left out: %s is not the name of a task", file, name)
		return nil
	}
	known := l.tasks[name]
	if path.Ext(file) != ".json" {
		if known == nil {
			l.tasks[name] = &Task{Name: name, NoMetadata: true, Files: []string{path.Base(file)}}
			return nil
		}
		known.Files = append(known.Files, path.Base(file))
		return nil
	}
	var raw json.RawMessage
	if err := l.read(file, &raw); err != nil {
		return err
	}
	t, err := taskOf(name, raw)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if known != nil {
		t.Files = known.Files
	}
	l.tasks[name] = &t
	return nil
}

func (l *loader) planFile(file, name string) error {
	var raw json.RawMessage
	if err := l.read(file, &raw); err != nil {
		return err
	}
	p, err := planOf(name, raw)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if !ValidPlanName(name) {
		l.remark("%s was left out: %s is not the name of a plan", file, name)
		return nil
	}
	l.plans[name] = &p
	return nil
}

// plan takes a plan of which only the name is known, unless there are metadata of it.
func (l *loader) plan(file string) {
	before, after, _ := strings.Cut("/"+strings.TrimSuffix(file, path.Ext(file)), "/plans/")
	name := NameOf(path.Base(before), strings.Split(after, "/")...)
	if _, known := l.plans[name]; known || !ValidPlanName(name) {
		return
	}
	l.plans[name] = &Plan{Name: name, NoMetadata: true}
	l.remark("plan %s takes every parameter: %s was not read. Save what GET /plans says of it beside it, or its metadata as "+
		"MODULE/plans/NAME.json", name, file)
}

// answer takes what the orchestrator answered about a task or a plan. Other files are left alone.
func (l *loader) answer(file string) error {
	var saved struct {
		ID       string          `json:"id"`
		Name     string          `json:"name"`
		Metadata json.RawMessage `json:"metadata"`
		Files    []struct {
			Filename string `json:"filename"`
		} `json:"files"`
	}
	// A module has many other files in JSON, not all of which are in order. They are left alone, as nothing is in them for here.
	readable := l.read(file, &saved) == nil
	switch {
	case !readable, saved.Metadata == nil:
	case strings.Contains(saved.ID, "/tasks/") && ValidTaskName(saved.Name):
		t, err := taskOf(saved.Name, saved.Metadata)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, f := range saved.Files {
			t.Files = append(t.Files, f.Filename)
		}
		l.tasks[saved.Name] = &t
	case strings.Contains(saved.ID, "/plans/") && ValidPlanName(saved.Name):
		p, err := planOf(saved.Name, saved.Metadata)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		l.plans[saved.Name] = &p
	default:
		l.remark("%s was left out: it is neither about a task nor about a plan", file)
	}
	return nil
}

// content is what metadata of tasks and of plans have in common.
type content struct {
	Description  string                                `json:"description"`
	Parameters   map[string]map[string]json.RawMessage `json:"parameters"`
	SupportsNoop bool                                  `json:"supports_noop"`
	Private      bool                                  `json:"private"`
	Remote       bool                                  `json:"remote"`
}

// taskOf reads the metadata of a task. Those that are empty say nothing about its parameters.
func taskOf(name string, raw json.RawMessage) (Task, error) {
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return Task{}, err
	}
	t := Task{
		Name: name, Description: c.Description, SupportsNoop: c.SupportsNoop, Private: c.Private, Remote: c.Remote,
		MetadataFile: string(raw), NoMetadata: string(bytes.TrimSpace(raw)) == "{}",
	}
	var err error
	t.Parameters, err = parametersOf(c.Parameters, "default")
	return t, err
}

func planOf(name string, raw json.RawMessage) (Plan, error) {
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return Plan{}, err
	}
	p := Plan{Name: name, Description: c.Description, NoMetadata: string(bytes.TrimSpace(raw)) == "{}"}
	var err error
	if p.Parameters, err = parametersOf(c.Parameters, "default_value"); p.Parameters == nil && !p.NoMetadata {
		p.Parameters = map[string]Parameter{}
	}
	return p, err
}

// parametersOf reads parameters; nil stays nil. A default that is null is one.
func parametersOf(raw map[string]map[string]json.RawMessage, defaultKey string) (map[string]Parameter, error) {
	if raw == nil {
		return nil, nil
	}
	parameters := make(map[string]Parameter, len(raw))
	for name, keys := range raw {
		var p Parameter
		for key, target := range map[string]any{"type": &p.Type, "description": &p.Description, "sensitive": &p.Sensitive} {
			if value, ok := keys[key]; ok {
				if err := json.Unmarshal(value, target); err != nil {
					return nil, fmt.Errorf("parameter %s, %s: %w", name, key, err)
				}
			}
		}
		if value, ok := keys[defaultKey]; ok {
			p.Default = Undef
			if string(value) != "null" {
				p.Default = value
			}
		}
		parameters[name] = p
	}
	return parameters, nil
}

// LoadedTask makes a task succeed and print that it was simulated.
func LoadedTask(t Task) Task {
	t.Run = func(run TaskRun) Outcome {
		what := "Simulated " + t.Name
		if run.Noop {
			what += " without changing anything"
		}
		return Outcome{Result: map[string]any{"_output": what + "\n"}}
	}
	return t
}

// LoadedPlan makes a plan work on the targets that its parameters name, and result in null.
func LoadedPlan(p Plan) Plan {
	p.Run = func(run PlanRun) Script {
		steps := []Step{{Message: "Simulated " + p.Name}}
		var named []any
		for _, name := range slices.Sorted(maps.Keys(run.Params)) {
			if strings.Contains(p.Parameters[name].Type, "TargetSpec") || (p.NoMetadata && (name == "targets" || name == "nodes")) {
				named = append(named, run.Params[name])
			}
		}
		if targets := Targets(named); len(targets) > 0 {
			steps = append(steps, commandStep("simulated", targets))
		} else {
			steps = append(steps, Step{Pause: time.Second})
		}
		return Script{Steps: steps, Result: func([]JobResult) any { return nil }}
	}
	return p
}

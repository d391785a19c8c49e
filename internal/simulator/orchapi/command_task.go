// SPDX-License-Identifier: MPL-2.0

package orchapi

import (
	"slices"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/codebase"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/engine"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"
)

// task answers POST /command/task.
func (a *API) task(c *call) (rest.Answer, error) {
	f, err := c.fields()
	if err != nil {
		return rest.Answer{}, err
	}
	f.Require("task", "params", "scope")
	r := engine.TaskRequest{
		Environment: readEnvironment(f),
		Task:        readTaskName(f, "task"),
		// The Go client sends null if it has no parameters.
		Params:      f.NullableObject("params"),
		Scope:       readScope(f, scopeRules{}),
		Description: f.String("description"),
		Noop:        f.Bool("noop"),
		Timeout:     a.readTimeout(f),
		Userdata:    a.readUserdata(f),
		// The table marks targets as required, but the examples leave it out.
		Access: readTargets(f, "targets"),
	}
	if err := f.Done(); err != nil {
		return rest.Answer{}, err
	}
	j, err := a.engine.RunTask(c.user, r)
	if err != nil {
		return rest.Answer{}, err
	}
	return a.launched(c, j), nil
}

// readEnvironment reads the key environment of requests whose default is production.
func readEnvironment(f *rest.Fields) string {
	if !f.Has("environment") {
		return codebase.Production
	}
	return f.String("environment")
}

// readTaskName reads the name of a task. That an invalid name is refused is not documented for launches, but it is for reads.
func readTaskName(f *rest.Fields, key string) string {
	name := f.String(key)
	if f.Has(key) && !codebase.ValidTaskName(name) {
		f.Fail(key, "is not a valid task name: %q", name)
	}
	return name
}

// readTargets reads credentials for nodes that are reached over SSH or WinRM. The secrets are checked and discarded.
func readTargets(f *rest.Fields, key string) []engine.TargetAccess {
	list := f.List(key)
	targets := make([]engine.TargetAccess, 0, len(list))
	for _, t := range list {
		targets = append(targets, readTarget(t))
	}
	return targets
}

func readTarget(t *rest.Fields) engine.TargetAccess {
	t.Require("hostnames", "user", "transport")
	target := engine.TargetAccess{Hostnames: t.Strings("hostnames"), Transport: t.String("transport")}
	if !slices.Contains([]string{engine.TransportSSH, engine.TransportWinRM}, target.Transport) {
		t.Fail("transport", "must be ssh or winrm")
	}
	for _, key := range []string{
		"user", "password", "private-key-content", "run-as", "sudo-password", "run-as-command", "tmpdir",
	} {
		t.String(key)
	}
	// The table types extensions as a string and describes a list.
	if _, list := t.Value("extensions").([]any); list {
		t.Strings("extensions")
	} else {
		t.String("extensions")
	}
	t.Int("port", 1)
	t.Int("connect-timeout", 1)
	t.Bool("tty")
	if t.Has("password") == t.Has("private-key-content") {
		t.Fail("password", "or private-key-content is required, and not both")
	}
	return target
}

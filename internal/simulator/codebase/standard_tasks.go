// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"encoding/json"
	"fmt"
	"maps"
)

// The versions of every package, so that results look real.
const (
	installedVersion = "2.4.57"
	latestVersion    = "2.4.62"
)

// text returns a string parameter, or a fallback.
func text(params map[string]any, name, fallback string) string {
	if s, ok := params[name].(string); ok {
		return s
	}
	return fallback
}

// taskError returns the result that a runner reports for a task that exited with a code.
func taskError(exitCode int, stderr string) map[string]any {
	return map[string]any{"_error": map[string]any{
		"msg":     fmt.Sprintf("Task exited %d:\n%s", exitCode, stderr),
		"kind":    "puppetlabs.tasks/task-error",
		"details": map[string]any{"exitcode": exitCode},
	}}
}

func packageTask() Task {
	return Task{
		Name:        "package",
		Description: "Manage and inspect the state of packages",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"action":   {Type: "Enum[install, status, uninstall, upgrade]", Description: "The operation to perform on the package."},
			"name":     {Type: "String[1]", Description: "The name of the package."},
			"version":  {Type: "Optional[String[1]]", Description: "The version to install."},
			"provider": {Type: "Optional[String[1]]", Description: "The provider to use."},
			"manager_options": {
				Type:        "Optional[String[1]]",
				Description: "Options for the package manager, where the task runs without a Puppet agent.",
			},
		},
		Implementations: platforms("package"),
		Files:           filesOf(platforms("package")),
		Run: func(run TaskRun) Outcome {
			version := text(run.Params, "version", "")
			switch run.Params["action"] {
			case "uninstall":
				return Outcome{Result: map[string]any{"status": "uninstalled"}}
			case "install":
				if version == "" {
					version = installedVersion
				}
				return Outcome{Result: map[string]any{"status": "installed", "version": version}}
			case "upgrade":
				if version == "" {
					version = latestVersion
				}
				return Outcome{Result: map[string]any{"old_version": installedVersion, "version": version}}
			default:
				return Outcome{Result: map[string]any{
					"status": "out of date", "version": installedVersion, "latest": latestVersion,
				}}
			}
		},
	}
}

func packageInstallTask() Task {
	return Task{
		Name:         "package::install",
		Description:  "Install a package",
		InputMethod:  "stdin",
		SupportsNoop: true,
		Parameters: map[string]Parameter{
			"name":    {Type: "String[1]", Description: "Name of the package"},
			"version": {Type: "Optional[String[1]]", Description: "Version to install"},
		},
		Files: []string{"install"},
		Run: func(run TaskRun) Outcome {
			result := map[string]any{"status": "installed", "version": text(run.Params, "version", installedVersion)}
			if run.Noop {
				result["status"] = "would be installed"
			}
			return Outcome{Result: result}
		},
	}
}

func packageUpgradeTask() Task {
	return Task{
		Name:        "package::upgrade",
		Description: "Upgrade a package",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"name":    {Type: "String[1]", Description: "Name of the package"},
			"version": {Type: "Optional[String[1]]", Description: "Version to upgrade to"},
		},
		Files: []string{"upgrade"},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{
				"old_version": installedVersion, "version": text(run.Params, "version", latestVersion),
			}}
		},
	}
}

func serviceTask() Task {
	return Task{
		Name:        "service",
		Description: "Manage and inspect the state of services",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"action": {
				Type:        "Enum[start, stop, restart, enable, disable, status]",
				Description: "The operation to perform on the service.",
			},
			"name":     {Type: "String[1]", Description: "The name of the service."},
			"force":    {Type: "Optional[Boolean]", Description: "Whether a restart on Windows takes services along that need this one."},
			"provider": {Type: "Optional[String[1]]", Description: "The provider to use."},
		},
		Implementations: platforms("service"),
		Files:           filesOf(platforms("service")),
		Run: func(run TaskRun) Outcome {
			result := map[string]any{"status": "running", "enabled": "true"}
			switch run.Params["action"] {
			case "start":
				result = map[string]any{"status": "started"}
			case "stop":
				result = map[string]any{"status": "stopped"}
			case "restart":
				result = map[string]any{"status": "restarted"}
			case "enable":
				result = map[string]any{"status": "enabled"}
			case "disable":
				result = map[string]any{"status": "disabled"}
			}
			return Outcome{Result: result}
		},
	}
}

// factsOf returns a node's facts as a result.
func factsOf(run TaskRun) map[string]any {
	return maps.Clone(run.Node.Facts())
}

func factsTask() Task {
	return Task{
		Name:        "facts",
		Description: "Gather system facts",
		Parameters:  map[string]Parameter{},
		Files:       []string{"ruby.rb", "bash.sh", "powershell.ps1"},
		Implementations: []Implementation{
			{Name: "ruby.rb", Requirements: []string{"puppet-agent"}},
			{Name: "powershell.ps1", Requirements: []string{"powershell"}},
			{Name: "bash.sh", Requirements: []string{"shell"}},
		},
		Run: func(run TaskRun) Outcome { return Outcome{Result: factsOf(run)} },
	}
}

func facterTask() Task {
	return Task{
		Name:        "facter_task",
		Description: "Inspect the value of system facts",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"fact": {Type: "Optional[String[1]]", Description: "The name of the fact to inspect."},
		},
		Run: func(run TaskRun) Outcome {
			name := text(run.Params, "fact", "")
			if name == "" {
				return Outcome{Result: factsOf(run)}
			}
			value, ok := run.Node.Fact(name)
			if !ok {
				return Outcome{State: Failed, Result: taskError(1, "unknown fact "+name)}
			}
			return Outcome{Result: map[string]any{name: value}}
		},
	}
}

func execTask() Task {
	return Task{
		Name:       "exec",
		NoMetadata: true,
		Files:      []string{"init.sh"},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{"_output": text(run.Params, "command", "test") + "\n"}}
		},
	}
}

func bootstrapTask() Task {
	return Task{
		Name:        "bootstrap",
		Description: "Bootstrap a node",
		Private:     true,
		Parameters:  map[string]Parameter{"server": {Type: "String"}},
		Extensions:  map[string]any{"discovery": map[string]any{"type": []string{"host"}}},
		Implementations: []Implementation{
			{Name: "windows.ps1", Requirements: []string{"powershell"}, InputMethod: "powershell"},
			{Name: "linux.sh", Requirements: []string{"shell"}, InputMethod: "environment"},
		},
		Files: []string{"linux.sh", "windows.ps1"},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{"_output": "Connected to " + text(run.Params, "server", "") + "\n"}}
		},
	}
}

// number returns a numeric parameter, or a fallback.
func number(params map[string]any, name string, fallback float64) float64 {
	if n, ok := params[name].(json.Number); ok {
		if f, err := n.Float64(); err == nil {
			return f
		}
	}
	return fallback
}

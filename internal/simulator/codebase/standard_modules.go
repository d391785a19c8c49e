// SPDX-License-Identifier: MPL-2.0

package codebase

import (
	"fmt"
	"time"
)

// What follows has the shapes of public modules in words of our own: tasks for several platforms, remote and private ones, and plans whose
// parameters have aliases for types and are required although undef would do.

// platforms are the implementations of a task for each platform.
func platforms(name string) []Implementation {
	return []Implementation{
		{Name: name + "_ruby.rb", Requirements: []string{"puppet-agent"}},
		{Name: name + "_linux.sh", Requirements: []string{"shell"}, InputMethod: "environment"},
		{Name: name + "_windows.ps1", Requirements: []string{"powershell"}, InputMethod: "powershell"},
	}
}

func filesOf(implementations []Implementation) []string {
	names := make([]string, len(implementations))
	for i, implementation := range implementations {
		names[i] = implementation.Name
	}
	return names
}

func rebootTask() Task {
	return Task{
		Name:            "reboot",
		Description:     "Restarts a machine, or only switches it off",
		InputMethod:     "stdin",
		Implementations: platforms("reboot"),
		Files:           filesOf(platforms("reboot")),
		Parameters: map[string]Parameter{
			"timeout":       {Type: "Optional[Variant[Integer[0], Pattern[/^\\d+$/]]]", Description: "Seconds to wait before.", Default: 3},
			"message":       {Type: "Optional[String]", Description: "What users who are logged in are told."},
			"shutdown_only": {Type: "Optional[Boolean]", Description: "Whether the machine stays off.", Default: false},
		},
		Run: func(run TaskRun) Outcome {
			status := "queued"
			if run.Params["shutdown_only"] == true {
				status = "shutting down"
			}
			return Outcome{Result: map[string]any{"status": status, "timeout": run.Params["timeout"]}}
		},
	}
}

// lastBootTask is private: plans use it, and lists do not recommend it.
func lastBootTask() Task {
	return Task{
		Name:            "reboot::last_boot_time",
		Description:     "Tells when a machine was started",
		Private:         true,
		InputMethod:     "stdin",
		Implementations: platforms("last_boot_time"),
		Files:           filesOf(platforms("last_boot_time")),
		Parameters:      map[string]Parameter{},
		Run: func(TaskRun) Outcome {
			return Outcome{Result: map[string]any{"_output": "2026-01-10 08:00:00\n"}}
		},
	}
}

// saveConfigTask runs on a proxy, for devices without an agent.
func saveConfigTask() Task {
	return Task{
		Name:         "netdev::save_config",
		Description:  "Writes the running configuration of a network device to its storage",
		Remote:       true,
		SupportsNoop: true,
		InputMethod:  "stdin",
		Parameters: map[string]Parameter{
			"destination": {Type: "Enum['startup', 'flash', 'tftp']", Description: "Where to.", Default: "startup"},
			"server":      {Type: "Optional[Stdlib::Host = Variant[Stdlib::Fqdn, Stdlib::IP::Address]]", Description: "The TFTP server."},
			"interfaces": {
				Type:        "Array[Struct['name' => String[1], Optional['vlan'] => Integer[1, 4094]]]",
				Description: "Interfaces to check before.", Default: []any{},
			},
		},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{"saved": !run.Noop, "destination": run.Params["destination"], "bytes": 18231}}
		},
	}
}

// readFileTask is private and for Linux only.
func readFileTask() Task {
	return Task{
		Name:            "peadm::read_file",
		Description:     "Reads a file for a plan",
		Private:         true,
		InputMethod:     "environment",
		Implementations: []Implementation{{Name: "read_file.sh", Requirements: []string{"shell"}}},
		Files:           []string{"read_file.sh"},
		Parameters: map[string]Parameter{
			"path": {Type: `Pattern[/\A\/([^\n\/\0]+\/*)*\z/]`, Description: "The file."},
		},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{"content": "# " + text(run.Params, "path", "") + "\n"}}
		},
	}
}

// The types that plans of an installer declare, as metadata show them: an alias with its meaning.
const (
	singleTarget  = "Peadm::SingleTargetSpec = Variant[Pattern[/\\A[^[:space:],]+\\z/], Target, Array[Peadm::SingleTargetSpec, 1, 1]]"
	knownVersions = "Optional[Peadm::Pe_version = Pattern[/^(\\d{4})\\.(\\d+)\\.(\\d+)$/]]"
)

// rebootPlan restarts targets and waits until they are back.
func rebootPlan() Plan {
	return Plan{
		Name:        "reboot",
		Description: "Restarts targets and waits until they can be reached again",
		Parameters: map[string]Parameter{
			"targets":           {Type: "TargetSpec", Description: "What to restart."},
			"message":           {Type: "Optional[String]", Description: "What users are told.", Default: Undef},
			"reboot_delay":      {Type: "Integer[1]", Description: "Seconds before the restart.", Default: 1},
			"disconnect_wait":   {Type: "Integer[0]", Description: "Seconds until targets are asked for.", Default: 10},
			"reconnect_timeout": {Type: "Integer[0]", Description: "Seconds until the plan gives up.", Default: 180},
			"fail_plan_on_errors": {
				Type: "Boolean", Description: "Whether the plan fails with a target that does not come back.", Default: true,
			},
		},
		Run: func(run PlanRun) Script {
			targets := Targets(run.Params["targets"])
			return Script{
				Steps: []Step{
					{Job: &JobStep{Type: "plan_task", Task: "reboot::last_boot_time", Targets: targets}},
					{Job: &JobStep{
						Type: "plan_task", Task: "reboot", Targets: targets, Params: map[string]any{"timeout": run.Params["reboot_delay"]},
					}},
					{Pause: time.Second},
					{Job: &JobStep{Type: "plan_wait", Object: "wait_until_available", Targets: targets}},
				},
				Result: func([]JobResult) any {
					return map[string]any{"restarted": append([]string{}, targets...), "failed": []string{}}
				},
			}
		},
	}
}

// addCompilerPlan adds a compiler to an installation. Two of its parameters take undef and have to be given all the same.
func addCompilerPlan() Plan {
	return Plan{
		Name:        "peadm::add_compiler",
		Description: "Adds a compiler to an installation of Puppet Enterprise",
		Parameters: map[string]Parameter{
			"primary_host":       {Type: singleTarget, Description: "The primary server."},
			"compiler_host":      {Type: singleTarget, Description: "The new compiler."},
			"avail_group_letter": {Type: "Enum['A', 'B']", Description: "Its availability group.", Default: "A"},
			"dns_alt_names":      {Type: "Optional[Variant[String[1], Array[String[1], 1]]]", Description: "Further names of the compiler."},
			"database_host":      {Type: "Optional[" + singleTarget + "]", Description: "Its database, where that is not the primary server."},
		},
		Run: func(run PlanRun) Script {
			primary, compiler := Targets(run.Params["primary_host"]), Targets(run.Params["compiler_host"])
			return Script{
				Steps: []Step{
					{Message: "Checking the certificate of " + fmt.Sprint(run.Params["compiler_host"])},
					{Job: &JobStep{
						Type: "plan_task", Task: "peadm::read_file", Targets: primary,
						Params: map[string]any{"path": "/etc/puppetlabs/puppet/puppet.conf"},
					}},
					{Plan: &PlanStep{Name: "peadm::util::install_agent", Steps: []Step{commandStep("install puppet-agent", compiler)}}},
					{Job: &JobStep{Type: "plan_apply_prep", Object: "apply_prep", Targets: compiler}},
				},
				Result: func([]JobResult) any {
					return fmt.Sprintf("Adding or replacing compiler %s succeeded.", fmt.Sprint(run.Params["compiler_host"]))
				},
			}
		},
	}
}

// upgradePlan has segments like a plan in a sub-folder.
func upgradePlan() Plan {
	return Plan{
		Name:        "peadm::subplans::upgrade",
		Description: "Upgrades the hosts of an installation one after the other",
		Parameters: map[string]Parameter{
			"primary_host":   {Type: singleTarget, Description: "The primary server."},
			"compiler_hosts": {Type: "Optional[TargetSpec]", Description: "Compilers.", Default: Undef},
			"version":        {Type: knownVersions, Description: "The version, such as 2025.6.0."},
			"config": {
				Type:        "Hash[String[1], Variant[Peadm::Value = Variant[String, Integer, Boolean], Array[String]]]",
				Description: "Settings to change.", Default: map[string]any{},
			},
			"permit_unsafe_versions": {Type: "Boolean", Description: "Whether versions that were not tested are allowed.", Default: false},
		},
		Run: func(run PlanRun) Script {
			hosts := Targets([]any{run.Params["primary_host"], run.Params["compiler_hosts"]})
			return Script{
				Steps:  []Step{commandStep("puppet infrastructure upgrade", hosts)},
				Result: func([]JobResult) any { return "Upgrade of Puppet Enterprise completed." },
			}
		},
	}
}

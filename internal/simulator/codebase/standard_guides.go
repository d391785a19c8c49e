// SPDX-License-Identifier: MPL-2.0

package codebase

import "fmt"

// patchServerTask is the task of PE's module pe_patch, for each platform.
func patchServerTask() Task {
	return Task{
		Name:        "pe_patch::patch_server",
		Description: "Carry out OS patching on the server, optionally including a reboot and/or only applying security related updates",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"reboot": {
				Type:        "Optional[Variant[Boolean, Enum[always, never, patched, smart]]]",
				Description: "Should the server reboot after patching has been applied? (Defaults to never)",
			},
			"security_only": {Type: "Optional[Boolean]", Description: "Limit patches to those tagged as security related?"},
			"timeout":       {Type: "Optional[Integer]", Description: "How many seconds should we wait until timing out the patch run?"},
			"yum_params":    {Type: "Optional[String]", Description: "What yum is called with beside what the task says."},
			"dpkg_params":   {Type: "Optional[String]", Description: "What apt-get is called with beside what the task says."},
			"zypper_params": {Type: "Optional[String]", Description: "What zypper is called with beside what the task says."},
			"clean_cache":   {Type: "Optional[Boolean]", Description: "Whether the cache of the package manager is emptied first."},
		},
		Implementations: platforms("patch_server"),
		Files:           filesOf(platforms("patch_server")),
		Run: func(run TaskRun) Outcome {
			security, _ := run.Params["security_only"].(bool)
			return Outcome{Result: map[string]any{
				"return": "Success", "message": "Patching complete", "reboot": run.Params["reboot"], "packages_updated": []string{"openssl"},
				"security": security, "pinned_packages": []string{}, "debug": "", "job_id": "", "start_time": "2026-01-10 08:00:00 UTC",
				"end_time": "2026-01-10 08:02:11 UTC",
			}}
		},
	}
}

// setPasswordTask has a sensitive parameter.
func setPasswordTask() Task {
	return Task{
		Name:        "accounts::set_password",
		Description: "Set the password of a local user",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"user":     {Type: "String[1]", Description: "The user."},
			"password": {Type: "Sensitive[String[1]]", Description: "The password."},
		},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{"_output": fmt.Sprintf("The password of %s was set\n", text(run.Params, "user", ""))}}
		},
	}
}

// purgeNodeTask runs on the primary and removes what Puppet knows of a node.
func purgeNodeTask() Task {
	return Task{
		Name:        "decommission::purge_node",
		Description: "Run puppet node purge on the primary: revoke and clean the certificate of a node, and deactivate it in PuppetDB",
		InputMethod: "stdin",
		Parameters: map[string]Parameter{
			"certname": {Type: "String[1]", Description: "The node that goes."},
		},
		Run: func(run TaskRun) Outcome {
			return Outcome{Result: map[string]any{"purged": text(run.Params, "certname", "")}}
		},
	}
}

// rolloutPlan installs a release, and says whether it had to go back to the one before. Here a release is always good.
func rolloutPlan() Plan {
	return Plan{
		Name:        "profile::rollout",
		Description: "Install a release, check it, and go back to the one before when the check fails",
		Parameters: map[string]Parameter{
			"targets":  {Type: "TargetSpec", Description: "Where to install it."},
			"release":  {Type: "String[1]", Description: "The release to install."},
			"previous": {Type: "String[1]", Description: "The release to go back to."},
		},
		Run: func(run PlanRun) Script {
			targets := Targets(run.Params["targets"])
			return Script{
				Steps: []Step{
					{Job: &JobStep{
						Type: "plan_task", Task: "package", Targets: targets,
						Params: map[string]any{"action": "install", "name": "web", "version": run.Params["release"]},
					}},
					{Job: &JobStep{
						Type: "plan_task", Task: "service", Targets: targets, Params: map[string]any{"action": "status", "name": "httpd"},
					}},
				},
				Result: func([]JobResult) any {
					return map[string]any{"release": run.Params["release"], "rolled_back": false}
				},
			}
		},
	}
}

// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/acctest"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// guides are the examples that texts show, by their folders.
var guides = map[string]guide{
	"readme": {steps: []guideStep{
		{resources: "4 added, 0 changed, 0 destroyed", launches: 2, check: hasVersions("httpd_versions")},
		{variables: []string{"release=2026.12"}, resources: "2 added, 0 changed, 2 destroyed", launches: 4},
	}},
	"guides/getting-started": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed", launches: 2, check: hasVersions("openssl")},
		{change: edited(`run = "1"`, `run = "2"`), resources: "2 added, 0 changed, 2 destroyed", launches: 4},
	}},
	"guides/jobs/first": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{resources: "0 added, 0 changed, 0 destroyed", launches: 1},
		{variables: []string{"release=2026.12"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2},
	}},
	"guides/jobs/triggers": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed", launches: 2},
		{change: edited("# Each time", "# A comment.\n# Each time"), resources: "0 added, 0 changed, 0 destroyed", launches: 2},
		{change: edited("max_clients = 200", "max_clients = 300"), resources: "2 added, 0 changed, 2 destroyed", launches: 4},
	}},
	"guides/jobs/results": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1, check: hasVersions("versions")},
		{variables: []string{"month=2026-12"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2, check: hasVersions("versions")},
	}},
	"guides/jobs/results-apart": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1, check: hasVersions("versions")},
		{variables: []string{"month=2026-12"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2, check: hasVersions("versions")},
	}},
	"guides/jobs/import": {prepare: withoutImport, steps: []guideStep{
		{resources: "1 imported, 0 added, 1 changed, 0 destroyed", launches: 1},
		{change: edited(`release = "2026.11"`, `release = "2026.12"`), resources: "1 added, 0 changed, 1 destroyed", launches: 2},
	}},
	// The second apply comes from another runner, which has nothing of the first one.
	"guides/in-ci/pipeline": {processes: true, steps: []guideStep{
		{variables: []string{"release=2026.11"}, resources: "3 added, 0 changed, 0 destroyed", launches: 3},
		{change: onAnotherRunner, variables: []string{"release=2026.11"}, resources: "3 added, 0 changed, 0 destroyed", says: []string{"was started before: job 1"}, launches: 3},
		{variables: []string{"release=2026.12"}, resources: "3 added, 0 changed, 3 destroyed", launches: 6},
	}},
	// The change is the migration itself.
	"guides/migrating/before": {prepare: needsCurl, steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{change: becomes("guides/migrating/after"), resources: "1 added, 0 changed, 1 destroyed", launches: 2},
	}},
	"guides/migrating/after": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{change: edited(`release = "2026.11"`, `release = "2026.12"`), resources: "1 added, 0 changed, 1 destroyed", launches: 2},
	}},
	"guides/migrating/import-job": {prepare: withoutImport, steps: []guideStep{
		{resources: "1 imported, 0 added, 1 changed, 0 destroyed", launches: 1},
		{change: edited(`release = "2026.11"`, `release = "2026.12"`), resources: "1 added, 0 changed, 1 destroyed", launches: 2},
	}},
	"guides/migrating/import-schedule": {prepare: withoutImport, steps: []guideStep{
		{resources: "1 imported, 0 added, 0 changed, 0 destroyed"},
		{change: edited("Weekly restart", "Restart of every week"), resources: "0 added, 1 changed, 0 destroyed"},
	}},
	"guides/required-permissions": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed"},
		{change: edited(`["service"]`, `["service", "package"]`), resources: "0 added, 1 changed, 0 destroyed"},
	}},
	"guides/permissions": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed"},
		{
			change: edited(`tasks        = ["service"]`, `tasks        = ["service", "package"]`), resources: "1 added, 1 changed, 1 destroyed",
			says: []string{"stays on the server"},
		},
	}},
	"guides/secrets/parameter": {prepare: withEnvironment("TF_VAR_password=tr0ub4dor"), needs: (*acctest.CLI).NeedsWriteOnly, steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{change: withEnvironment("TF_VAR_password=c0rrect-horse"), resources: "0 added, 0 changed, 0 destroyed", launches: 1},
		{variables: []string{"password_version=2"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2, check: isNowhere("c0rrect-horse")},
	}},
	"guides/secrets/login": {prepare: withEnvironment("TF_VAR_ssh_password=tr0ub4dor"), needs: (*acctest.CLI).NeedsWriteOnly, steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{change: withEnvironment("TF_VAR_ssh_password=c0rrect-horse"), resources: "0 added, 0 changed, 0 destroyed", launches: 1},
		{change: edited(`"maintenance"`, `"support"`), resources: "1 added, 0 changed, 1 destroyed", launches: 2, check: isNowhere("c0rrect-horse")},
	}},
	"guides/secrets/token": {needs: (*acctest.CLI).NeedsEphemeral, prepare: withTokenInAVariable, steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{change: edited(`release = "2026.11"`, `release = "2026.12"`), resources: "1 added, 0 changed, 1 destroyed", launches: 2},
	}},
	"guides/secrets/login-for-one-run": {
		needs:   (*acctest.CLI).NeedsEphemeral,
		prepare: withEnvironment("PE_TOKEN_FILE=", "TF_VAR_login=admin", "TF_VAR_password="+simulator.BuiltInPassword),
		steps: []guideStep{
			{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
			{change: edited(`release = "2026.11"`, `release = "2026.12"`), resources: "1 added, 0 changed, 1 destroyed", launches: 2},
		},
	},
	"guides/patching-calendar": {steps: []guideStep{
		{resources: "8 added, 0 changed, 0 destroyed", check: hasSchedules(8)},
		{change: edited(`reboot = "never"`, `reboot = "smart"`), resources: "0 added, 1 changed, 0 destroyed", check: hasSchedules(8)},
	}},
	"guides/one-off-maintenance": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed", check: hasSchedules(2)},
		{variables: []string{"window=2040-03-10T22:00:00+01:00"}, resources: "0 added, 2 changed, 0 destroyed", check: hasSchedules(2)},
	}},
	"guides/nightly-runs": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed", check: hasSchedules(2)},
		{change: edited("concurrency    = 8", "concurrency    = 4"), resources: "0 added, 1 changed, 0 destroyed", check: hasSchedules(2)},
	}},
	"guides/adopt/before": {steps: []guideStep{
		{resources: "4 added, 0 changed, 0 destroyed", check: hasSchedules(2)},
		{change: edited("Weekly restart", "Restart of every week"), resources: "0 added, 1 changed, 0 destroyed", check: hasSchedules(2)},
	}},
	"guides/adopt/query": {needs: (*acctest.CLI).NeedsQuery, prepare: withGeneratedConfiguration, steps: []guideStep{
		{resources: "4 imported, 0 added, 0 changed, 0 destroyed", check: hasSchedules(2)},
		{change: madeReadable, resources: "0 added, 0 changed, 0 destroyed", check: hasSchedules(2)},
	}},
	"guides/published-module": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{variables: []string{"certificate=9e:41:07"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2},
		{change: edited(`{ query = "inventory[certname] { facts.role = \"web\" }" }`, `{ nodes = ["node1.example.com"], query = "nodes { }" }`), fails: "Set exactly one of nodes, query and node_group.", launches: 2},
		{change: edited(`{ nodes = ["node1.example.com"], query = "nodes { }" }`, `{ nodes = [] }`), fails: "A list of nodes names at least one.", launches: 2},
		{change: edited(`{ nodes = [] }`, `{ nodes = ["node1.example.com"] }`), variables: []string{"certificate=9e:41:07"}, resources: "1 added, 0 changed, 1 destroyed", launches: 3},
	}},
	// The second release fails on a canary, so that the rings behind it do not start; then it is mended. Another one is accepted.
	"guides/rings/three-rings": {steps: []guideStep{
		{resources: "3 added, 0 changed, 0 destroyed", launches: 3},
		{change: puppetEnds(2, simulator.RunFailed), variables: []string{"release=2026.12"}, fails: "failed on 1 of 2 nodes", launches: 4, check: hasInState("pe_deploy.canary")},
		{change: puppetEnds(2, simulator.RunChanged), variables: []string{"release=2026.12"}, resources: "3 added, 0 changed, 1 destroyed", launches: 7, check: inTurn},
		{variables: []string{"release=2027.01"}, resources: "3 added, 0 changed, 3 destroyed", launches: 10, check: inTurn},
		{change: puppetEnds(2, simulator.RunFailed), variables: []string{"release=2027.02"}, fails: "failed on 1 of 2 nodes", launches: 11},
		{change: acceptsTheCanary, variables: []string{"release=2027.02"}, resources: "2 added, 1 changed, 0 destroyed", launches: 13},
	}},
	// One key fails: the other one runs to its end, what follows all of them does not start, and only the failed one runs again.
	"guides/rings/for-each": {steps: []guideStep{
		{resources: "3 added, 0 changed, 0 destroyed", launches: 3},
		{change: puppetEnds(2, simulator.RunFailed), variables: []string{"release=2026.12"}, fails: "failed on 1 of 5 nodes", launches: 5, check: hasInState("pe_deploy.tier[database]", "pe_deploy.tier[web]")},
		{change: puppetEnds(2, simulator.RunChanged), variables: []string{"release=2026.12"}, resources: "2 added, 0 changed, 1 destroyed", launches: 7},
	}},
	"guides/rings/each-node": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed", launches: 2},
		{variables: []string{`databases=["node1.example.com", "node2.example.com", "node4.example.com"]`}, resources: "1 added, 0 changed, 0 destroyed", launches: 3},
		{variables: []string{`databases=["node4.example.com"]`}, resources: "0 added, 0 changed, 2 destroyed", launches: 3},
	}},
	"guides/run-on-destroy/provisioner": {prepare: needsCurl, steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed"},
		{change: edited(`, "node4.example.com"`, ""), resources: "0 added, 0 changed, 1 destroyed", launches: 1, check: purged("node4.example.com")},
		// Without its provisioner, nothing runs.
		{change: onlyVariables, resources: "0 added, 0 changed, 1 destroyed", launches: 1},
	}},
	"guides/run-on-destroy/retired": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed"},
		{
			change:    edited(`, "node4.example.com"]`, "]", "default     = []", `default     = ["node4.example.com"]`),
			resources: "1 added, 0 changed, 1 destroyed", launches: 1, check: purged("node4.example.com"),
		},
	}},
	// The second release is not well, which holds up what comes after until another one is.
	"guides/health-check/gate": {steps: []guideStep{
		{resources: "3 added, 0 changed, 0 destroyed", launches: 3},
		{change: httpdIs("stopped"), variables: []string{"release=2026.12"}, fails: "httpd does not run on: node3.example.com.", launches: 5},
		{variables: []string{"release=2026.12"}, fails: "httpd does not run on: node3.example.com.", launches: 5},
		{change: httpdIs("running"), variables: []string{"release=2026.11"}, resources: "3 added, 0 changed, 2 destroyed", launches: 8},
		{change: httpdIs("stopped"), variables: []string{"release=2026.12"}, fails: "httpd does not run on: node3.example.com.", launches: 10},
		{
			change: httpdIs("running"), variables: []string{"release=2026.12"}, options: []string{"-replace=pe_task.health"},
			resources: "2 added, 0 changed, 1 destroyed", launches: 12,
		},
	}},
	// On the nodes of the simulator there is always something to change, which is what the text says of them.
	"guides/health-check/converged": {steps: []guideStep{
		{fails: "has found changes on 5 of 5 nodes", launches: 2},
		{change: nothingIsLeft, resources: "1 added, 0 changed, 1 destroyed", launches: 3},
		{change: puppetEnds(3, simulator.RunChanged), variables: []string{"release=2026.12"}, fails: "has found changes on 1 of 5 nodes", launches: 5},
		{change: nothingIsLeft, variables: []string{"release=2026.12"}, resources: "1 added, 0 changed, 1 destroyed", launches: 6},
	}},
	"guides/health-check/check": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1},
		{
			change: puppetEnds(3, simulator.RunFailed), variables: []string{"release=2026.12"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2,
			says: []string{"The rollout was accepted, but not on: node3.example.com."},
		},
	}},
	"guides/health-check/rollback": {steps: []guideStep{
		{resources: "1 added, 0 changed, 0 destroyed", launches: 1, check: hasOutput("release", "2026.11")},
		{
			change: rollsBack, variables: []string{"release=2026.12", "previous=2026.11"}, resources: "1 added, 0 changed, 1 destroyed", launches: 2,
			says: []string{"2026.12 was taken back: the web servers have 2026.11."}, check: hasOutput("release", "2026.11"),
		},
	}},
	// The second release fails and is taken back; the third one works again. A rollback on no node is a launch that the server refuses.
	"guides/health-check/accepted-failure": {steps: []guideStep{
		{resources: "2 added, 0 changed, 0 destroyed", launches: 2, check: hasOutput("installed", "2026.11")},
		{
			change: releaseFails("2026.12"), variables: []string{"release=2026.12", "previous=2026.11"}, resources: "2 added, 0 changed, 2 destroyed", launches: 4,
			says: []string{"failed, which is accepted", `error = "The shop does not open"`}, check: hasTakenBack("2026.11"),
		},
		{variables: []string{"release=2026.12", "previous=2026.11"}, resources: "0 added, 0 changed, 0 destroyed", launches: 4, check: hasOutput("installed", "2026.11")},
		{
			variables: []string{"release=2027.01", "previous=2026.11"}, resources: "2 added, 0 changed, 2 destroyed", launches: 6,
			check: hasOutput("installed", "2027.01"),
		},
	}},
}

// SPDX-License-Identifier: MPL-2.0

package codebase

// The environments that the simulator starts with.
const (
	Production  = "production"
	Development = "development"
	// Staging has neither nodes nor code.
	Staging = "staging"
)

// productionCode is the code id of production; an environment without deployed code has none.
const productionCode = "urn:puppet:code-id:1:a86da166c30f871823f9b2ea224796e834840676;production"

// Standard returns the code that the simulator starts with.
func Standard() *Codebase {
	c := New()
	production := c.Ensure(Production)
	production.CodeID = productionCode
	c.Ensure(Development).OneTimeRuns = true
	c.Ensure(Staging)
	for _, t := range []Task{
		packageTask(), packageInstallTask(), packageUpgradeTask(), serviceTask(), factsTask(), facterTask(), execTask(),
		bootstrapTask(), simulateTask(), patchServerTask(), setPasswordTask(), rebootTask(), lastBootTask(), saveConfigTask(), readFileTask(),
		purgeNodeTask(),
	} {
		production.AddTask(t)
	}
	for _, p := range []Plan{
		factsPlan(), factsInfoPlan(), canaryPlan(), canaryRandomPlan(), firewallPlan(), examplePlan(), packageInstallPlan(),
		simulatePlan(), rolloutPlan(), rebootPlan(), addCompilerPlan(), upgradePlan(),
	} {
		production.AddPlan(p)
	}
	production.AddClass("role::frontend", "workers", "threads")
	production.AddClass("role::database")
	production.AddClass("profile::base", "motd")
	production.AddClass("profile::cache", "size_mb")
	return c
}

// SPDX-License-Identifier: MPL-2.0

// Package simulator is a Puppet Enterprise in one package: orchestrator, RBAC, inventory, PuppetDB queries, tasks and plans, jobs, plan
// jobs, schedules and task-targets, over real HTTPS with its own CA.
//
// [Start] listens on two ports, one for the orchestrator (/orchestrator/v1) and one for RBAC (/rbac-api), and returns a [Simulator] with
// which tests prepare the server, move time, inject faults, and inspect what the server received. The program in internal/cmd/pe-simulator
// serves the same without a test.
//
//	sim, err := simulator.Start(ctx, simulator.Options{Generation: simulator.PE2021, TimeScale: 100})
//	…
//	defer sim.Close()
//	sim.AddFault(simulator.Fault{Path: "/orchestrator/v1/command/task", Times: 1, Action: simulator.DropAfterHandling})
//	… // apply
//	if sim.LaunchesReceived() != 1 { … }
//
// # Fidelity
//
// Requests are validated as strictly as the documents of the API allow, and refused with the documented kinds and statuses. Where the
// documents are silent, a comment in the code says so and what was chosen. The assumptions of public clients about a server hold. The
// README in this folder lists the choices.
//
// # Time
//
// Time is a discrete-event simulation. Every request, and every method that inspects the world, first brings the world up to the present:
// everything that was due happens, in order, at its own time. [Simulator.Advance] moves the present. [Options.TimeScale] shortens simulated
// work but does not affect the clock, so schedules follow the wall clock.
//
// # Independence
//
// The package shares no code and no types with the clients of this repository, so that an error in one does not hide in the other.
package simulator

// SPDX-License-Identifier: MPL-2.0

// Package protocoltest applies configurations by the plugin protocol, in this process, for tests that need no CLI.
//
// It does with a provider what Terraform core does: it evaluates HCL, validates, refreshes, plans, applies and imports, and enforces the
// rules of the protocol (a known value of a plan is the value after the apply, nothing is unknown then). Steps and checks are those of
// terraform-plugin-testing, so a test can run either way. A step takes a few milliseconds here, and nearly a second of processor time with
// a real CLI, which starts eight processes for it.
//
// It is not a second Terraform. It plans one block after the other, and supports only resources, data sources, locals, references,
// conditions and the functions that the tests use. A test that needs more fails; it belongs to the CLI. The whole lifecycle of each
// resource is tested with a real CLI as well.
package protocoltest

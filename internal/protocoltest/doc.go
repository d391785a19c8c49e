// Package protocoltest applies configurations by the plugin protocol, in this process, where a test needs no CLI to show what it
// shows.
//
// It does with a provider what Terraform core does: it evaluates HCL, validates, refreshes, plans, applies and imports, and holds
// the provider to the rules of the protocol (a known value of a plan is the value after the apply, nothing is unknown then). Steps
// and checks are those of terraform-plugin-testing, so that a test runs through either. A step costs a few milliseconds here, and
// nearly a second of processor time with a real CLI, which starts eight processes for it.
//
// It is no second Terraform. It takes one thing after the other, and of the language it knows resources, data sources, locals,
// references, conditions and the functions that the tests use. It fails a test that needs more; that one belongs to the CLI. Each
// resource has its whole lifecycle tested with a real CLI as well.
package protocoltest

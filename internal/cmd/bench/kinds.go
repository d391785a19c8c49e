// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator"
)

// kind is a kind of object that is measured.
type kind struct {
	name       string
	resource   string
	generation simulator.Generation
	// arguments are those of each object, and what the CLI's own object is given as its input.
	arguments []string
}

// kinds returns what is measured.
func kinds() []kind {
	schedule := []string{
		`task = "facts"`, `scope = { nodes = ["node1.example.com"] }`, `scheduled_time = "2099-01-01T00:00:00Z"`,
		`description = "schedule ${count.index}"`,
	}
	return []kind{
		{"task-targets", "pe_task_target", simulator.PE2025, []string{
			`display_name = "target ${count.index}"`, `tasks = ["service", "package"]`, `nodes = ["node1.example.com", "node2.example.com"]`,
		}},
		{"schedules (environment jobs)", "pe_scheduled_task", simulator.PE2025, schedule},
		{"schedules (older API)", "pe_scheduled_task", simulator.PE2019, schedule},
		{"roles", "pe_role", simulator.PE2025, []string{
			`display_name = "role ${count.index}"`, `description = "may look"`,
			`permissions = [{ object_type = "nodes", action = "view_data", instance = "*" }]`,
		}},
		{"jobs", "pe_task", simulator.PE2025, []string{
			`task = "facts"`, `scope = { nodes = ["node${count.index % 10 + 1}.example.com"] }`,
		}},
	}
}

// config is a configuration with n objects of this kind.
func (k kind) config(n int) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    pe = { source = "terraform-provider-pe/pe" }
  }
}

resource %q "bench" {
  count = %d
  %s
}
`, k.resource, n, strings.Join(k.arguments, "\n  "))
}

// coreConfig is a configuration with n objects of the CLI itself that know the same.
func (k kind) coreConfig(n int) string {
	return fmt.Sprintf(`
resource "terraform_data" "bench" {
  count = %d
  input = {
    %s
  }
}
`, n, strings.Join(k.arguments, "\n    "))
}

terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Who may restart services on the web servers.
resource "pe_task_target" "web_restarts" {
  display_name = "Web restarts"
  tasks        = ["service"]
  pql_query    = "inventory[certname] { facts.role = \"web\" }"

  # A change creates a new task-target. The role moves to it before the old one is forgotten, so nobody loses the permission.
  lifecycle {
    create_before_destroy = true
  }
}

data "pe_group" "web_team" {
  login = "webteam"
}

resource "pe_role" "web_operators" {
  display_name = "Web operators"
  description  = "Keep the web servers running"

  permissions = [
    { object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.web_restarts.id },
    { object_type = "orchestrator", action = "view", instance = "*" },
  ]

  # All groups that have the role. Its users are not written here, so they are left alone.
  group_ids = [data.pe_group.web_team.id]
}

# Restarts of services, on the web servers.
resource "pe_task_target" "web_restarts" {
  display_name = "Web restarts"
  tasks        = ["service"]
  pql_query    = "inventory[certname] { facts.role = \"web\" }"

  # A change creates a new task-target. The role below moves to it before the old one is forgotten.
  lifecycle {
    create_before_destroy = true
  }
}

# Members of this role may use it.
resource "pe_role" "web_operators" {
  display_name = "Web operators"
  permissions = [
    { object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.web_restarts.id },
  ]
}

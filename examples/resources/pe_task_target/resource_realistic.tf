# Restarts of services, on the web servers.
resource "pe_task_target" "web_restarts" {
  display_name = "Web restarts"
  tasks        = ["service"]
  pql_query    = "inventory[certname] { facts.role = \"web\" }"

  # A change makes a new task-target, which the role below follows before the old one is forgotten.
  lifecycle {
    create_before_destroy = true
  }
}

# Whoever has this role may use it.
resource "pe_role" "web_operators" {
  display_name = "Web operators"
  permissions = [
    { object_type = "tasks", action = "run_with_constraints", instance = pe_task_target.web_restarts.id },
  ]
}

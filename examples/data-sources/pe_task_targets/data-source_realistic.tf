data "pe_task_targets" "all" {}

data "pe_role" "operators" {
  display_name = "Operators"
}

# Task-targets cannot be deleted. These grant nothing to operators.
output "not_for_operators" {
  value = [
    for target in data.pe_task_targets.all.task_targets : "${target.id} ${target.display_name}"
    if !contains([for p in data.pe_role.operators.permissions : p.instance if p.action == "run_with_constraints"], target.id)
  ]
}

data "pe_task_targets" "all" {}

# Task-targets that allow every task.
output "everything_allowed" {
  value = [for target in data.pe_task_targets.all.task_targets : target.display_name if target.all_tasks]
}

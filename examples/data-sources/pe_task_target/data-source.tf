# By name, which must be the name of one task-target only; by `id` otherwise.
data "pe_task_target" "web_restarts" {
  display_name = "web restarts"
}

output "permission" {
  value = "tasks:run_with_constraints:${data.pe_task_target.web_restarts.id}"
}

# Let a role of this configuration use a task-target that another one manages.
data "pe_task_target" "web_restarts" {
  display_name = "web restarts"

  lifecycle {
    postcondition {
      condition     = !self.all_tasks
      error_message = "The task-target allows every task."
    }
  }
}

output "permission" {
  value = {
    object_type = "tasks"
    action      = "run_with_constraints"
    instance    = data.pe_task_target.web_restarts.id
  }
}

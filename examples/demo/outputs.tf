output "task_targets" {
  description = "The instance of the permission tasks:run_with_constraints for each task-target."
  value       = { for name, target in pe_task_target.policy : name => target.id }
}

output "next_maintenance" {
  value = pe_scheduled_task.weekly_restart.next_run
}

output "rollout" {
  value = "job ${data.pe_job.rollout.id} ${data.pe_job.rollout.state} on ${data.pe_job.rollout.node_count} nodes in ${pe_deploy.web.duration_seconds} s"
}

output "httpd_versions" {
  value = { for node, entry in pe_task.httpd.results : node => "${entry.result.version} (${entry.result.status})" }
}

output "operating_systems" {
  value = pe_plan_run.facts.result
}

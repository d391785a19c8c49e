output "roles" {
  description = "The number of each team's role."
  value       = { for team, role in pe_role.team : team => role.id }
}

output "task_targets" {
  description = "The number of each grant's task-target."
  value       = { for name, target in pe_task_target.grant : name => target.id }
}

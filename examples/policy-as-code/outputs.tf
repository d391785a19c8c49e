output "policy" {
  description = "The file that this is made of."
  value       = var.policy_file

  precondition {
    condition     = length(local.unknown_keys) == 0
    error_message = "The policy has keys that mean nothing, so they may be spelt wrongly: ${join(", ", local.unknown_keys)}. A grant has ${join(", ", local.keys.grant)}; a team has ${join(", ", local.keys.team)}."
  }
}

output "roles" {
  description = "The number of each team's role."
  value       = { for team, role in pe_role.team : team => role.id }
}

output "task_targets" {
  description = "The number of each grant's task-target."
  value       = { for name, target in pe_task_target.grant : name => target.id }
}

output "code" {
  description = "The SHA of the commit that the fleet runs."
  value       = local.code
}

output "rings" {
  description = "The jobs of this release, and on how many nodes each has run."
  value = {
    canary = "jobs ${pe_deploy.canary.id} and ${pe_task.patch_canary.id} on ${pe_deploy.canary.node_count} nodes"
    fleet  = "jobs ${pe_deploy.fleet.id} and ${pe_task.patch_fleet.id} on ${pe_deploy.fleet.node_count} nodes"
  }
}

output "next_patching" {
  description = "When the weekly patching runs next."
  value       = pe_scheduled_task.patch.next_run
}

output "restart_role" {
  description = "The number of the role that may restart the fleet."
  value       = pe_role.restart.id
}

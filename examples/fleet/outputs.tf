output "code" {
  description = "The SHA of the commit that the fleet runs."
  value       = local.code
}

output "rings" {
  description = "The jobs of this release, and on how many nodes each has run."
  value = {
    canary = { jobs = [pe_deploy.canary.id, pe_task.patch_canary.id], nodes = pe_task.patch_canary.node_count }
    fleet  = { jobs = [pe_deploy.fleet.id, pe_task.patch_fleet.id], nodes = pe_task.patch_fleet.node_count }
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

data "pe_plan_metadata" "canary" {
  name = "canary"
}

output "command_by_default" {
  value = data.pe_plan_metadata.canary.defaults.command
}

# What a task wants, before it is used.
data "pe_task_metadata" "package" {
  environment = "production"
  name        = "package"
}

check "the_task_knows_what_we_use" {
  assert {
    condition     = alltrue([for name in ["action", "name"] : contains(keys(data.pe_task_metadata.package.parameters), name)])
    error_message = "The task package of production has no parameter action or name."
  }
}

output "secrets" {
  value = [for name, parameter in data.pe_task_metadata.package.parameters : name if parameter.sensitive]
}

data "pe_task_metadata" "package" {
  name = "package"
}

output "parameters" {
  value = { for name, parameter in data.pe_task_metadata.package.parameters : name => parameter.type }
}

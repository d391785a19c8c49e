data "pe_permission_types" "all" {}

# All actions that can be limited to one instance, such as tasks:run.
output "with_instances" {
  value = flatten([
    for name, type in data.pe_permission_types.all.types : [
      for action, details in type.actions : "${name}:${action}" if details.has_instances
    ]
  ])
}

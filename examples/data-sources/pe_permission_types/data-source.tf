data "pe_permission_types" "all" {}

output "object_types" {
  value = keys(data.pe_permission_types.all.types)
}

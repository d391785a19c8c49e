data "pe_node_groups" "all" {}

output "group_ids" {
  value = { for group in data.pe_node_groups.all.groups : "${group.environment}/${group.name}" => group.id }
}

data "pe_node_group" "all_nodes" {
  name = "All Nodes"
}

# The groups directly below All Nodes that nodes of production get.
data "pe_node_groups" "top" {
  environment = "production"
  parent      = data.pe_node_group.all_nodes.id
}

output "classes" {
  description = "Which classes each of them assigns."
  value       = { for group in data.pe_node_groups.top.groups : group.name => group.classes }
}

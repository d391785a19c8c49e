data "pe_node_group" "web" {
  name = "Web servers"
}

output "web_servers" {
  value = data.pe_node_group.web.nodes
}

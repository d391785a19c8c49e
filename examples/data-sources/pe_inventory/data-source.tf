data "pe_inventory" "all" {}

output "connected" {
  value = [for name, node in data.pe_inventory.all.nodes : name if node.connected]
}

data "pe_inventory" "all" {}

output "connected" {
  value = [for name, node in data.pe_inventory.all.inventory : name if node.connected]
}

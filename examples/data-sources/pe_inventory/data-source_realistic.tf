# Two nodes. Without `nodes`, the whole inventory.
data "pe_inventory" "web" {
  nodes = ["node1.example.com", "node3.example.com"]
}

check "web_nodes_are_connected" {
  assert {
    condition     = alltrue([for node in data.pe_inventory.web.inventory : node.connected])
    error_message = "Jobs cannot run on every web node: one is not connected."
  }
}

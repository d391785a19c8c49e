# Two nodes that have just been created. Jobs can run on them once they are connected. Without `only_nodes`, the whole inventory.
data "pe_inventory" "web" {
  only_nodes = ["node1.example.com", "node3.example.com"]
  wait_until = "connected"

  timeouts {
    read = "15m"
  }
}

# What uses the output of the data source waits for it.
resource "pe_deploy" "first_run" {
  environment = "production"
  scope       = { nodes = keys(data.pe_inventory.web.nodes) }
}

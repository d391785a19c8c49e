# Two nodes that have just been created. Jobs can run on them once they are connected. Without `only_nodes`, the whole inventory.
data "pe_inventory" "web" {
  only_nodes = ["node1.example.com", "node3.example.com"]
  wait_until = "connected"

  timeouts {
    read = "15m"
  }
}

# What uses this output waits for the nodes, such as the scope of a first Puppet run.
output "connected" {
  value = keys(data.pe_inventory.web.nodes)
}

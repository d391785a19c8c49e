resource "pe_node_group_pin" "node1" {
  node_group_id = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"
  certname      = "node1.example.com"
}

resource "pe_node_group_pin" "unknown" {
  node_group_id = "1c0e5b7a-2a44-4c19-8f5d-6b1f0c2d3e41"
  certname      = "unknown.example.com"
}

import {
  to = pe_node_group_pin.db
  identity = {
    node_group_id = "1c0e5b7a-2a44-4c19-8f5d-6b1f0c2d3e41"
    certname      = "node2.example.com"
  }
}

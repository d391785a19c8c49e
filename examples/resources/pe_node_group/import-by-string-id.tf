import {
  to = pe_node_group.shop
  id = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"
}

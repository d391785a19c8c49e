variable "node_group_id" {
  type    = string
  default = "7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"
}

list "pe_node_group_pin" "of_group" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    node_group_id = var.node_group_id
  }
}

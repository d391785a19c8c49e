list "pe_node_group_pin" "all" {
  provider = pe
}

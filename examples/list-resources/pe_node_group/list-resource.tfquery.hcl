list "pe_node_group" "all" {
  provider = pe
}

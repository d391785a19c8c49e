list "pe_node_group" "production" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    environment = "production"
  }
}

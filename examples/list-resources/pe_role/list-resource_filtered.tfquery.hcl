list "pe_role" "all" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    include_built_in = true
  }
}

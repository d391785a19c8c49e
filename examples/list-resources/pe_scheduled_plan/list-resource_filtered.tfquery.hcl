list "pe_scheduled_plan" "facts" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    environment = "production"
    name        = "facts::info"
  }
}

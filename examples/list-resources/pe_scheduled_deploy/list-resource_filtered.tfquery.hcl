list "pe_scheduled_deploy" "production" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    environment = "production"
  }
}

list "pe_scheduled_task" "restarts" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    environment = "production"
    name        = "service"
  }
}

list "pe_task_target" "restarts" {
  provider         = pe
  include_resource = true

  config {
    task = "service"
  }
}

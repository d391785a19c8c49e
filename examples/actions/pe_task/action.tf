# Restarts a service, whenever somebody asks for it: terraform apply -invoke=action.pe_task.restart
action "pe_task" "restart" {
  config {
    task   = "service"
    scope  = { nodes = ["web1.example.com", "web2.example.com"] }
    params = { action = "restart", name = "httpd" }
  }
}

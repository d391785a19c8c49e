resource "pe_scheduled_deploy" "minimal" {
  environment    = "production"
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "2099-01-01T03:00:00Z"
}

resource "pe_scheduled_deploy" "full" {
  environment         = ""
  enforce_environment = false
  scope               = { node_group = "00000000-0000-4000-8000-000000000000" }
  noop                = true
  concurrency         = 3
  debug               = true
  tags                = "web,db"
  scheduled_time      = "2099-01-01T03:00:00Z"
  interval            = "24h"
  description         = "audit"
  userdata            = { ticket = "CHG0001", retries = 3, urgent = true, contact = { team = "web" } }
  depends_on          = [pe_scheduled_deploy.minimal]
}

resource "pe_deploy" "minimal" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
}

resource "pe_deploy" "full" {
  environment        = "production"
  description        = "roll out"
  scope              = { node_group = "00000000-0000-4000-8000-000000000000" }
  noop               = true
  concurrency        = 3
  debug              = true
  filetimeout        = 15
  ordering           = "manifest"
  tags               = "web,db"
  timeout            = 900
  userdata           = { ticket = "CHG0001", retries = 3, urgent = true, contact = { team = "web" } }
  triggers           = { release = "2" }
  max_failed_percent = 10.5
  capture_results    = "all"
  on_destroy         = "force_stop"
  depends_on         = [pe_deploy.minimal]

  timeouts {
    create = "2h"
  }
}

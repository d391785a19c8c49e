resource "pe_scheduled_plan" "minimal" {
  plan_name      = "canary"
  params         = { nodes = "node1.example.com" }
  scheduled_time = "2099-01-01T03:00:00Z"
}

resource "pe_scheduled_plan" "full" {
  plan_name      = "facts::info"
  params         = { label = "nightly" }
  query_params   = { targets = "nodes[certname] { }" }
  scheduled_time = "2099-01-01T03:00:00Z"
  interval       = "24h"
  description    = "nightly"
  userdata       = { ticket = "CHG0001", retries = 3, urgent = true, contact = { team = "web" } }
  depends_on     = [pe_scheduled_plan.minimal]
}

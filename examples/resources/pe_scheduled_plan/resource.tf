# A plan, once.
resource "pe_scheduled_plan" "canary" {
  plan_name      = "canary"
  params         = { nodes = "node1.example.com", command = "whoami" }
  scheduled_time = "2040-01-01T04:00:00Z"
}

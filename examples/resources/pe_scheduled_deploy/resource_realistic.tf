# Every night, on all nodes, each in its own environment, without changing anything.
resource "pe_scheduled_deploy" "audit" {
  environment    = ""
  scope          = { node_group = "00000000-0000-4000-8000-000000000000" }
  noop           = true
  concurrency    = 10
  scheduled_time = "2040-01-01T01:00:00Z"
  interval       = "24h"
}

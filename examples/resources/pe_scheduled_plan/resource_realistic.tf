# Every day. The server looks the targets up at each run.
resource "pe_scheduled_plan" "facts" {
  plan_name      = "facts::info"
  query_params   = { targets = "nodes[certname] { }" }
  scheduled_time = "2040-01-01T04:00:00Z"
  interval       = "24h"
}

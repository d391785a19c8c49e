# A plan with ordinary parameters, stopped when it is destroyed while it runs.
resource "pe_plan_run" "canary" {
  plan_name   = "canary"
  description = "Two nodes first"
  params = {
    nodes   = ["node1.example.com", "node2.example.com"]
    command = "whoami"
    canary  = 1
  }
  on_destroy = "stop"
}

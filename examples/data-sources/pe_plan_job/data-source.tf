# A plan job that another configuration has started.
data "pe_plan_job" "canary" {
  id         = "1234"
  wait_until = "ended"
}

output "canary" {
  value = data.pe_plan_job.canary.result
}

# The ten latest runs of plans, without what they returned.
data "pe_plan_jobs" "latest" {
  order_by        = "timestamp"
  order           = "desc"
  limit           = 10
  include_results = false
}

output "failures" {
  value = [for job in data.pe_plan_jobs.latest.plan_jobs : job.url if job.state == "failure"]
}

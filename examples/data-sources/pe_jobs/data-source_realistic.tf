# Deploys that ended in the last week, newest first.
data "pe_jobs" "deploys" {
  type                 = "deploy"
  min_finish_timestamp = "2026-01-24T00:00:00Z"
  order_by             = "timestamp"
  order                = "desc"
  limit                = 50
}

output "failed_deploys" {
  value = {
    for job in data.pe_jobs.deploys.jobs : job.id => {
      description = job.description
      states      = job.node_states
      scope       = data.pe_jobs.deploys.options[job.id].scope
    } if job.state == "failed"
  }
}

# Stops, by force, every task that still runs, before an emergency: terraform apply -invoke=action.pe_stop_job.all
data "pe_jobs" "tasks" {
  type = "task"
}

action "pe_stop_job" "all" {
  for_each = toset([for job in data.pe_jobs.tasks.jobs : job.id if job.state == "running"])

  config {
    id                  = each.key
    force               = true
    wait_for_completion = false
  }
}

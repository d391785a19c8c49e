data "pe_scheduled_jobs" "tasks" {
  type     = "task"
  order_by = "next_run"
}

output "next_runs" {
  value = { for job in data.pe_scheduled_jobs.tasks.scheduled_jobs : "${job.name} (${job.id})" => job.next_run }
}

# Schedules whose latest run could not be started.
output "broken" {
  value = data.pe_scheduled_jobs.tasks.submission_errors
}

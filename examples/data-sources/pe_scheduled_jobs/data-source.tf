data "pe_scheduled_jobs" "all" {}

output "schedules" {
  value = data.pe_scheduled_jobs.all.scheduled_jobs[*].id
}

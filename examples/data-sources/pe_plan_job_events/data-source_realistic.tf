variable "canary_job" {
  description = "Number of a plan job that another configuration has started."
  type        = string
}

data "pe_plan_job_events" "canary" {
  plan_job_id   = var.canary_job
  full_messages = false
}

# The jobs that the plan has started, in their order.
output "jobs" {
  value = distinct([for event in data.pe_plan_job_events.canary.events : event.job_id if event.job_id != null])
}

variable "rollout_job" {
  description = "Number of a job that another configuration has started."
  type        = string
}

data "pe_job_events" "rollout" {
  job_id = var.rollout_job
}

output "log" {
  value = [for event in data.pe_job_events.rollout.events : "${event.timestamp} ${event.message}"]
}

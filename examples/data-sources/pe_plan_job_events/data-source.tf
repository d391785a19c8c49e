variable "canary_job" {
  description = "Number of a plan job that another configuration has started."
  type        = string
}

data "pe_plan_job_events" "canary" {
  plan_job_id = var.canary_job
}

# What the plan has printed, in full.
output "printed" {
  value = [for event in data.pe_plan_job_events.canary.events : event.message if event.type == "out_message"]
}

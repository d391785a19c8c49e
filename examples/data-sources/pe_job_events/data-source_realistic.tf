variable "rollout_job" {
  description = "Number of a job that another configuration has started."
  type        = string
}

# Everything that went wrong, one line for each node.
data "pe_job_events" "rollout" {
  job_id = var.rollout_job
}

output "trouble" {
  value = [
    for event in data.pe_job_events.rollout.events : "${event.node}: ${event.message}"
    if contains(["node_failed", "node_errored"], event.type)
  ]
}

variable "rollout_job" {
  description = "Number of a job that another configuration has started."
  type        = string
}

data "pe_job_nodes" "rollout" {
  job_id   = var.rollout_job
  order_by = "name"
}

# What each node returned, as values.
output "results" {
  value = data.pe_job_nodes.rollout.results
}

# A node that was skipped, or has not begun, has no duration.
output "slowest" {
  value = max(0, [for node in data.pe_job_nodes.rollout.nodes : node.duration_seconds if node.duration_seconds != null]...)
}

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

output "slowest" {
  value = max(0, data.pe_job_nodes.rollout.nodes[*].duration_seconds...)
}

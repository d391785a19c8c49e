variable "rollout_job" {
  description = "Number of a job that another configuration has started."
  type        = string
}

data "pe_job_report" "rollout" {
  job_id = var.rollout_job
}

# Warn when a rollout of another team has left nodes behind.
check "rollout_reached_every_node" {
  assert {
    condition     = alltrue([for entry in data.pe_job_report.rollout.nodes : entry.state == "finished"])
    error_message = "Not finished: ${join(", ", [for entry in data.pe_job_report.rollout.nodes : entry.node if entry.state != "finished"])}"
  }
}

variable "rollout_job" {
  description = "Number of a job that another configuration has started."
  type        = string
}

data "pe_job_report" "rollout" {
  job_id = var.rollout_job
}

output "states" {
  value = { for entry in data.pe_job_report.rollout.nodes : entry.node => entry.state }
}

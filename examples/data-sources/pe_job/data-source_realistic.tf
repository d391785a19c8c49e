variable "rollout_job" {
  description = "Number of a deploy that another configuration has started."
  type        = string
}

# This configuration continues when the rollout has finished.
data "pe_job" "rollout" {
  id         = var.rollout_job
  wait_until = "finished"

  timeouts {
    read = "30m"
  }
}

output "rollout" {
  value = data.pe_job.rollout.node_states
}

variable "rollout_job" {
  type = string
}

# Stops a job that somebody has started: terraform apply -invoke=action.pe_stop_job.rollout -var rollout_job=82
action "pe_stop_job" "rollout" {
  config {
    id = var.rollout_job
  }
}

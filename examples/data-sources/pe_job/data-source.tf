# A job that another configuration has started. This one goes on when it has finished.
data "pe_job" "rollout" {
  id         = "81"
  wait_until = "finished"

  timeouts {
    read = "30m"
  }
}

output "rollout" {
  value = data.pe_job.rollout.node_states
}

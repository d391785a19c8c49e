output "job_id" {
  description = "Number of the job. It is new for each restart, so use it in the triggers of what comes after."
  value       = pe_task.this.id
}

output "node_states" {
  description = "How many nodes ended in which state."
  value       = pe_task.this.node_states
}

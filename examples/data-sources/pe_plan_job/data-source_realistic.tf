variable "canary_job" {
  description = "Number of a plan job that another configuration has started."
  type        = string
}

# What the plan returned, however it ended.
data "pe_plan_job" "canary" {
  id         = var.canary_job
  wait_until = "ended"
}

output "canary" {
  value = data.pe_plan_job.canary.result
}

variable "rollout_plan" {
  type = string
}

# Stops a plan that somebody has started: terraform apply -invoke=action.pe_stop_plan.rollout -var rollout_plan=7
action "pe_stop_plan" "rollout" {
  config {
    id = var.rollout_plan
  }
}

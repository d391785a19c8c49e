# Starts a plan and leaves it alone, and has a way to stop it, with the jobs that it has started by then:
# terraform apply -invoke=action.pe_stop_plan.rollout
resource "pe_plan_run" "rollout" {
  plan_name           = "profile::rollout"
  params              = { targets = "web1.example.com", release = "2026.11", previous = "2026.10" }
  wait_for_completion = false
}

action "pe_stop_plan" "rollout" {
  config {
    id    = pe_plan_run.rollout.id
    force = true

    timeouts {
      invoke = "5m"
    }
  }
}

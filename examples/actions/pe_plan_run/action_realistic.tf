# Rolls out a release by a plan. The launch key names the run, so that a pipeline that is repeated, on another machine, too, does not roll
# out the same release a second time.
variable "release" {
  type    = string
  default = "2026.11"
}

# Stands for the release in a registry of artifacts.
resource "terraform_data" "release" {
  input = { version = var.release }

  lifecycle {
    action_trigger {
      events    = [after_create, after_update]
      actions   = [action.pe_plan_run.rollout]
      condition = var.release != ""
    }
  }
}

action "pe_plan_run" "rollout" {
  config {
    plan_name    = "profile::rollout"
    params       = { release = var.release, previous = "2026.10" }
    query_params = { targets = "nodes[certname] { certname ~ \"^web\" }" }
    launch_key   = "rollout-${var.release}"
    on_interrupt = "stop"
  }
}

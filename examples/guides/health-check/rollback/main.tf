terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  type    = string
  default = "2026.11"
}

variable "previous" {
  description = "The release to go back to."
  type        = string
  default     = "2026.10"
}

# The plan installs the release, checks it, and goes back by itself when the check fails. Its result says which it was.
resource "pe_plan_run" "rollout" {
  plan_name    = "profile::rollout"
  query_params = { targets = "inventory[certname] { facts.role = \"web\" }" }
  params       = { release = var.release, previous = var.previous }
}

check "the_release_stayed" {
  assert {
    condition     = !pe_plan_run.rollout.result.rolled_back
    error_message = "${var.release} was taken back: the web servers have ${pe_plan_run.rollout.result.release}."
  }
}

output "release" {
  description = "The release that the web servers have."
  value       = pe_plan_run.rollout.result.release
}

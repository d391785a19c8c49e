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

resource "pe_deploy" "web" {
  environment      = "production"
  scope            = { query = "inventory[certname] { facts.role = \"web\" }" }
  max_failed_nodes = 2
  triggers         = { release = var.release }
}

# `results` holds the nodes that did not succeed. This is a warning at each plan and apply, and never an error.
check "every_web_server_has_the_release" {
  assert {
    condition     = length(keys(pe_deploy.web.results)) == 0
    error_message = "The rollout was accepted, but not on: ${join(", ", keys(pe_deploy.web.results))}."
  }
}

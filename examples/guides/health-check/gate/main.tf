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
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }
  triggers    = { release = var.release }
}

# The health check: a task, whose answers have to be what they should be.
resource "pe_task" "health" {
  task            = "service"
  params          = { action = "status", name = "httpd" }
  scope           = { query = "inventory[certname] { facts.role = \"web\" }" }
  capture_results = "all"
  triggers        = { deploy = pe_deploy.web.id }

  lifecycle {
    postcondition {
      condition     = alltrue([for entry in values(self.results) : entry.result.status == "running"])
      error_message = "httpd does not run on: ${join(", ", [for node, entry in self.results : node if entry.result.status != "running"])}."
    }
  }
}

# Comes after the check, and does not happen when it fails.
resource "pe_task" "announce" {
  task     = "exec"
  params   = { command = "/usr/local/bin/announce ${var.release}" }
  scope    = { nodes = ["node1.example.com"] }
  triggers = { health = pe_task.health.id }
}

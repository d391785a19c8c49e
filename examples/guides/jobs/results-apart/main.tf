terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "month" {
  description = "A new value asks the nodes again."
  type        = string
  default     = "2026-11"
}

resource "pe_task" "openssl" {
  task     = "package"
  params   = { action = "status", name = "openssl" }
  scope    = { query = "inventory[certname] { facts.role = \"web\" }" }
  triggers = { month = var.month }
}

data "pe_job_nodes" "openssl" {
  job_id = pe_task.openssl.id
}

output "versions" {
  value = { for node, result in data.pe_job_nodes.openssl.results : node => result.version }
}

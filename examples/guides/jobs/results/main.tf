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
  task            = "package"
  params          = { action = "status", name = "openssl" }
  scope           = { query = "inventory[certname] { facts.role = \"web\" }" }
  capture_results = "all"
  triggers        = { month = var.month }
}

output "versions" {
  value = { for node, entry in pe_task.openssl.results : node => entry.result.version }
}

terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  description = "What is rolled out. A new value runs Puppet again."
  type        = string
  default     = "2026.11"
}

resource "pe_deploy" "web" {
  environment = "production"
  scope       = { query = "inventory[certname] { facts.role = \"web\" }" }

  triggers = {
    release = var.release
  }
}

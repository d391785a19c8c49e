terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "databases" {
  description = "Certnames of the databases. A new one runs Puppet on itself, and on no other."
  type        = set(string)
  default     = ["node1.example.com", "node2.example.com"]
}

resource "pe_deploy" "database" {
  for_each    = var.databases
  environment = "production"
  scope       = { nodes = [each.key] }
}
